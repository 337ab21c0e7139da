import { isPermissionSetRole, roleName } from "../policy/arn";
import type { PolicyDocument, Statement } from "../policy/policy-document";
import { shown } from "../problem/problem";
import { forEachLimited } from "../work/for-each-limited";
import { policyDifferences } from "./compare-policy";
import { together } from "./consumer-checks";
import type { Reading } from "./posture";
import { checkResult, type CheckResult } from "./run-checks";

/** What synth wrote for IAM, for one consumer. */
export interface ExpectedIam {
  readonly consumer: string;
  readonly policies: readonly {
    readonly arn: string;
    readonly document: PolicyDocument;
    /** ARNs of the roles that must have it, of permission sets too. */
    readonly roles: readonly string[];
  }[];
  readonly madeRoles: readonly { readonly arn: string; readonly trust: PolicyDocument }[];
}

/** A managed policy as IAM has it. */
export interface LivePolicy {
  /** Statements of the default version. */
  readonly statements: readonly Statement[];
  /** Names of the roles that it is attached to. */
  readonly roles: Reading<readonly string[]>;
}

/** A role as IAM has it. */
export interface LiveRole {
  readonly arn: string;
  readonly trust: readonly Statement[];
}

/** Reads IAM; no value if IAM has none. */
export interface IamReader {
  policy(arn: string, withRoles: boolean): Promise<Reading<LivePolicy>>;
  role(name: string): Promise<Reading<LiveRole>>;
}

const CONCURRENCY = 8;
const DEPLOY = "Run `statelock bootstrap`: it shows the difference and corrects it.";

/** Compares the managed policies of a consumer, their attachments and the created roles with IAM. */
export async function checkIam({ consumer, policies, madeRoles }: ExpectedIam, iam: IamReader): Promise<CheckResult[]> {
  const [ofPolicies, ofRoles] = [new Map<string, Reading<LivePolicy>>(), new Map<string, Reading<LiveRole>>()];
  await forEachLimited(policies, CONCURRENCY, async ({ arn, roles }) => {
    ofPolicies.set(arn, await iam.policy(arn, roles.length > 0));
  });
  await forEachLimited(madeRoles, CONCURRENCY, async ({ arn }) => {
    ofRoles.set(arn, await iam.role(roleName(arn)));
  });
  const attached = policies.filter(({ roles }) => roles.length > 0);
  const checks = [
    {
      code: "managed-policies",
      title: `${consumer}: its managed policies are as synthesized`,
      fix: `If it changed, find out who did it (CloudTrail: CreatePolicyVersion, SetDefaultPolicyVersion). ${DEPLOY}`,
      outcomes: policies.map(({ arn, document }) => documentOutcome(arn, document, ofPolicies.get(arn))),
    },
    {
      code: "attachments",
      title: `${consumer}: its roles have their policies`,
      fix: `${DEPLOY} For a role of IAM Identity Center, reference the policy in the permission set.`,
      outcomes: attached.map(({ arn, roles }) => attachmentOutcome(arn, roles, ofPolicies.get(arn))),
    },
    {
      code: "created-roles",
      title: `${consumer}: its created roles exist, and trust whom the config names`,
      fix: `If the trust changed, find out who did it (CloudTrail: UpdateAssumeRolePolicy). ${DEPLOY}`,
      outcomes: madeRoles.map(({ arn, trust }) => trustOutcome(arn, trust, ofRoles.get(arn))),
    },
  ];
  return checks
    .filter(({ outcomes }) => outcomes.length > 0)
    .map(({ outcomes, ...about }) => checkResult(about, together(outcomes)));
}

const NOT_READ = { unreadable: "it was not read" } as const;

function outcomeOf<T>(
  name: string,
  live: Reading<T> = NOT_READ,
  judge: (found: T) => Reading<string>,
): Reading<string> {
  if ("unreadable" in live) return live;
  return live.value === undefined ? { value: `IAM has no ${shown(name)}` } : judge(live.value);
}

function documentOutcome(
  arn: string,
  document: PolicyDocument,
  live: Reading<LivePolicy> | undefined,
): Reading<string> {
  return outcomeOf(arn, live, ({ statements }) => differenceOutcome(roleName(arn), document, statements));
}

function attachmentOutcome(
  arn: string,
  expected: readonly string[],
  live: Reading<LivePolicy> | undefined,
): Reading<string> {
  return outcomeOf(arn, live, ({ roles }) => {
    if ("unreadable" in roles) return roles;
    // IAM compares names without case.
    const names = new Set((roles.value ?? []).map((name) => name.toLowerCase()));
    const missing = expected.filter((role) => !names.has(roleName(role).toLowerCase()));
    const texts = missing.map((role) => (isPermissionSetRole(role) ? `the permission set of ${role}` : role));
    return { value: missing.length === 0 ? undefined : `${roleName(arn)} is not attached to ${texts.join(", ")}` };
  });
}

function trustOutcome(arn: string, trust: PolicyDocument, live: Reading<LiveRole> | undefined): Reading<string> {
  return outcomeOf(arn, live, (role) =>
    role.arn === arn
      ? differenceOutcome(roleName(arn), trust, role.trust)
      : { value: `IAM has ${shown(role.arn)}, not ${arn}` },
  );
}

function differenceOutcome(name: string, expected: PolicyDocument, actual: readonly Statement[]): Reading<string> {
  const differences = policyDifferences(expected, actual, { foreign: true });
  return { value: differences.length === 0 ? undefined : `${name} ${differences.join("; ")}` };
}
