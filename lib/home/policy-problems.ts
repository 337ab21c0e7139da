import { ACCESS_LEVELS } from "../policy/access-level";
import { roleName } from "../policy/arn";
import type { PolicyDocument } from "../policy/policy-document";
import { COUNT_LIMITS, policySize, sizeProblems, type SIZE_LIMITS, TRUST_POLICY_QUOTA } from "../policy/size-limits";
import { stateAccessPolicy } from "../policy/state-access-policy";
import { found, type Problem } from "../problem/problem";
import type { Consumer, MadeRole, StateHome } from "../config/state-home";
import { withCommas } from "../text/counted";
import { stateScope, type ConsumerPolicy } from "./consumer-papers";
import { largestPart } from "./largest-part";
import type { Papers } from "./papers";

/** Returns a problem for each policy that is too large for AWS, and for each AWS quota that the home exceeds. */
export function policyProblems(papers: Papers): Problem[] {
  const { home, consumers } = papers;
  return [
    ...consumers.flatMap(({ consumer, policies }, index) => {
      const place = `consumers[${String(index)}]`;
      return [
        ...policies.flatMap((policy) => accessProblems(home, consumer, policy, `${place} (${policy.level})`)),
        ...consumer.madeRoles.flatMap((role) => trustProblems(home, role, `${place}.roles.${role.level}.trust`)),
      ];
    }),
    ...resourcePolicyProblems(papers),
    ...countProblems(papers),
  ];
}

function accessProblems(home: StateHome, consumer: Consumer, policy: ConsumerPolicy, path: string): Problem[] {
  const fix = (excess: number): string => keyThatFits(home, consumer, policy, excess);
  return sizeProblems(policy.document, "managedPolicy", path, fix);
}

/** Each character of the key makes a policy longer by the same number of characters: one for each place that names it. */
function keyThatFits(home: StateHome, consumer: Consumer, { level, document }: ConsumerPolicy, excess: number): string {
  const longer = stateAccessPolicy({ ...stateScope(home, consumer), key: `${consumer.key}-` }, level);
  const fits = consumer.key.length - Math.ceil(excess / (policySize(longer) - policySize(document)));
  return fits > 0
    ? `Shorten key from ${String(consumer.key.length)} to ${String(fits)} characters, or shorten workspaceKeyPrefix or bucket.name.`
    : "Shorten workspaceKeyPrefix: it is too long for any key.";
}

function trustProblems({ trustPolicyQuota: quota }: StateHome, { trust }: MadeRole, path: string): Problem[] {
  const raise = `, or ask AWS to raise the quota (at most ${String(TRUST_POLICY_QUOTA.most)}) and set madeRoles.trustPolicyQuota`;
  const fix = (excess: number): string =>
    `Name fewer principals or subjects${quota < TRUST_POLICY_QUOTA.most ? raise : ""}: the policy is ${String(excess)} characters too long.`;
  return sizeProblems(trust, "trustPolicy", path, fix, quota);
}

function resourcePolicyProblems(papers: Papers): Problem[] {
  const { home, guard, keyPolicy, logDelivery, organizationPolicies: control } = papers;
  const problems = (document: PolicyDocument | undefined, place: keyof typeof SIZE_LIMITS, path: string): Problem[] => {
    if (document === undefined) return [];
    const fix = (excess: number): string =>
      `${largestPart(document, home)}: the policy is ${withCommas(excess)} characters too long.`;
    return sizeProblems(document, place, path, fix);
  };
  return [
    ...problems(guard, "bucketPolicy", "guard"),
    ...problems(keyPolicy, "keyPolicy", "bucket.encryption"),
    ...problems(control?.rcp, "organizationPolicy", "bucket.guard.organizationPolicies"),
    ...problems(logDelivery, "bucketPolicy", "bucket.accessLogs"),
  ];
}

/** Checks the default quotas of an account: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
function countProblems({ home, consumers }: Papers): Problem[] {
  const managed = consumers.flatMap((papers) => papers.managed);
  const attached = new Map<string, number>();
  for (const role of managed.flatMap((policy) => policy.roles)) attached.set(role, (attached.get(role) ?? 0) + 1);
  const { managedPoliciesPerAccount: account, managedPoliciesPerRole: perRole, rolesPerAccount } = COUNT_LIMITS;
  const roles = home.consumers.flatMap((consumer) => consumer.madeRoles).length;
  return found([
    managed.length > account && {
      code: "policy-count",
      path: "managedPolicies",
      message: `must create at most ${String(account)} managed policies in an account, got ${String(managed.length)}`,
      fix: `Set managedPolicies to "attached", or split the consumers into several homes: ${String(ACCESS_LEVELS.length)} levels of ${String(Math.floor(account / ACCESS_LEVELS.length))} consumers fit.`,
    },
    roles > rolesPerAccount && {
      code: "policy-count",
      path: "consumers",
      message: `must create at most ${String(rolesPerAccount)} roles in an account, got ${String(roles)}`,
      fix: "Create fewer roles, name existing roles in access, or split the consumers into homes of several accounts.",
    },
    ...[...attached]
      .filter(([, count]) => count > perRole)
      .map(([role, count]) => ({
        code: "policy-count",
        path: "consumers",
        message: `must attach at most ${String(perRole)} managed policies to a role, got ${String(count)} for "${roleName(role)}"`,
        fix: "Use a role for each team or consumer; one role for everything can reach everything.",
      })),
  ]);
}
