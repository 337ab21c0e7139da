import { createValidatedPolicy, validateIdentityPolicy, validateResourcePolicy } from "@cloud-copilot/iam-policy";
import { anonymousPrincipal, runSimulation, runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { listOf, type PolicyDocument } from "../../lib/policy/policy-document";
import { wildcardPattern } from "../../lib/policy/wildcard";

/** One thing that IAM is asked to decide. */
export interface Question {
  /** ARN of the role or user behind the request; undefined: nobody signed it. */
  readonly principal: string | undefined;
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource. */
  readonly account: string;
  readonly context: Readonly<Record<string, string | string[]>>;
}

/** What the decision is made by. */
export interface Policies {
  readonly identity: readonly PolicyDocument[];
  readonly resource?: PolicyDocument | undefined;
}

type Decision = "Allowed" | "ImplicitlyDenied" | "ExplicitlyDenied";

/**
 * Decides as IAM would. iam-simulate 0.1.173 drops condition keys that it does not know for the action, which would turn
 * `Null` tests round, so that is an error here. It always drops `kms:EncryptionContext:<key>`, and what a bucket's policy
 * sees of an access point, so questions to KMS and about a bucket behind an access point go to its engine without that filter.
 */
export function decide(question: Question, policies: Policies): Promise<Decision> {
  const documents = [...policies.identity, ...(policies.resource === undefined ? [] : [policies.resource])];
  const parts = documents.map((document) => numberOf(partAbout(question.action, document)));
  const asked = JSON.stringify([question, policies.identity.length, parts]);
  const decision = decisions.get(asked) ?? workOut(question, policies);
  decisions.set(asked, decision);
  return decision;
}

/** Terraform asks the same hundreds of times, and a decision takes a millisecond or two. */
const decisions = new Map<string, Promise<Decision>>();
const partsOf = new WeakMap<PolicyDocument, Map<string, PolicyDocument>>();
const numbers = new WeakMap<PolicyDocument, number>();
const contents = new Map<string, number>();

/** Returns the number of a document's content: scenarios and planted faults build equal documents again and again. */
function numberOf(document: PolicyDocument): number {
  const known = numbers.get(document);
  if (known !== undefined) return known;
  const content = JSON.stringify(document);
  const number = contents.get(content) ?? contents.size;
  contents.set(content, number);
  numbers.set(document, number);
  return number;
}

/**
 * Returns a document with the statements that are about an action. The others decide nothing, and the engine evaluates all
 * of their conditions. A planted fault then changes the decisions about its own actions alone.
 */
function partAbout(action: string, document: PolicyDocument): PolicyDocument {
  const known = partsOf.get(document) ?? new Map<string, PolicyDocument>();
  partsOf.set(document, known);
  const isNamed = (patterns: string | readonly string[] | undefined): boolean =>
    listOf(patterns).some((pattern) => wildcardPattern(pattern, "i").test(action));
  const part = known.get(action) ?? {
    ...document,
    Statement: document.Statement.filter(({ Action, NotAction }) =>
      NotAction === undefined ? isNamed(Action) : !isNamed(NotAction),
    ),
  };
  known.set(action, part);
  // A policy without a statement is not valid.
  return part.Statement.length === 0 ? document : part;
}

async function workOut(question: Question, policies: Policies): Promise<Decision> {
  const simulation = simulationOf(question, policies);
  if (question.action.startsWith("kms:") || isBehindAccessPoint(question)) return runUnsafeSimulation(simulation, {});
  const outcome = await runSimulation(simulation, { simulationMode: "Strict" });
  if (outcome.resultType !== "single")
    throw new Error(`${question.action} on ${question.resource} cannot be judged: ${JSON.stringify(outcome)}`);
  const ignored = outcome.result.ignoredContextKeys ?? [];
  if (ignored.length > 0) throw new Error(`${question.action} would be judged without ${ignored.join(", ")}`);
  return outcome.overallResult;
}

/** True if a request reaches a bucket through an access point: the resource is the bucket, and the context names the point. */
function isBehindAccessPoint({ resource, context }: Question): boolean {
  return resource.startsWith("arn:aws:s3:::") && "s3:DataAccessPointArn" in context;
}

function simulationOf({ principal, action, resource, account, context }: Question, policies: Policies): Simulation {
  const partOf = (document: PolicyDocument, name: string, problemsOf: ProblemsOf): ValidatedPolicy => {
    validated(document, name, problemsOf);
    return validated(partAbout(action, document), name, problemsOf);
  };
  return {
    request: {
      principal: principal ?? anonymousPrincipal,
      action,
      resource: { resource, accountId: account },
      contextVariables: { ...context },
    },
    identityPolicies: policies.identity.map((document, index) => {
      const name = `identity policy ${String(index + 1)}`;
      return { name, policy: partOf(document, name, validateIdentityPolicy) };
    }),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    // Not wrapped, a resource policy crashes the engine that answers for KMS.
    resourcePolicy: policies.resource && partOf(policies.resource, "resource policy", validateResourcePolicy),
  };
}

type ValidatedPolicy = ReturnType<typeof createValidatedPolicy>;
type ProblemsOf = typeof validateIdentityPolicy;
const validatedPolicies = new Map<number, ValidatedPolicy>();

/** Returns the validated policy. Validation is most of the work, so each content is validated once. */
function validated(document: PolicyDocument, name: string, problemsOf: ProblemsOf): ValidatedPolicy {
  const number = numberOf(document);
  const policy = validatedPolicies.get(number) ?? createValidatedPolicy(document, (raw) => problemsOf(raw), { name });
  if (policy.errors.length > 0) throw new Error(`${name} is not a valid policy: ${JSON.stringify(policy.errors)}`);
  validatedPolicies.set(number, policy);
  return policy;
}
