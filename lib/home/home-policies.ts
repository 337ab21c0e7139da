import { ACCESS_LEVELS, type AccessLevel } from "../policy/access-level";
import { accountOf, isPermissionSetRole, roleName } from "../policy/arn";
import type { PolicyDocument } from "../policy/policy-document";
import { logDeliveryPolicy } from "../policy/log-delivery-policy";
import { COUNT_LIMITS, policySize, sizeProblems, TRUST_POLICY_QUOTA } from "../policy/size-limits";
import { stateAccessPolicy } from "../policy/state-access-policy";
import { levelsFor } from "../policy/state-scope";
import { vocabularyProblems } from "../policy/vocabulary";
import { found, type Problem } from "../problem/problem";
import { homeGuard, homeKeyPolicy } from "./home-guard";
import { stateScope } from "./home-scope";
import { IAM_PATH, managedPolicyName } from "../config/made-roles";
import type { Consumer, MadeRole, StateHome } from "../config/state-home";

/** One access level of one consumer: its policy, and the roles it is attached to. */
export interface ConsumerPolicy {
  readonly level: AccessLevel;
  readonly document: PolicyDocument;
  /** Those of the bucket's account: to others it must be attached there. */
  readonly roles: readonly string[];
  /** Those of the bucket's account whose permission set must reference it: IAM attaches nothing to them. */
  readonly permissionSetRoles: readonly string[];
}

/** A customer managed policy as a permission set references it, and the roles that are to have it. */
export interface PermissionSetPolicy {
  readonly name: string;
  readonly path: string;
  readonly roles: readonly string[];
}

/** The policies of a consumer, one for each level that means something for it. */
export function consumerPolicies(home: StateHome, consumer: Consumer): ConsumerPolicy[] {
  const scope = stateScope(home, consumer);
  return levelsFor(scope).map((level) => {
    const ours = consumer.access[level].filter((role) => accountOf(role) === home.bucket.account);
    return {
      level,
      document: stateAccessPolicy(scope, level),
      roles: ours.filter((role) => !isPermissionSetRole(role)),
      permissionSetRoles: ours.filter(isPermissionSetRole),
    };
  });
}

/** The policies of a consumer that the bootstrap stack creates in IAM. */
export function managedPolicies(home: StateHome, consumer: Consumer): ConsumerPolicy[] {
  return consumerPolicies(home, consumer).filter(
    ({ roles, permissionSetRoles }) =>
      home.managedPolicies === "all" || roles.length > 0 || permissionSetRoles.length > 0,
  );
}

/** The managed policies that permission sets must reference, by `<consumer>.<level>`. */
export function permissionSetPolicies(home: StateHome): Record<string, PermissionSetPolicy> {
  const entries = home.consumers.flatMap((consumer) =>
    managedPolicies(home, consumer)
      .filter(({ permissionSetRoles }) => permissionSetRoles.length > 0)
      .map(({ level, permissionSetRoles }) => {
        const name = managedPolicyName(home.bucket.name, consumer.name, level);
        return [`${consumer.name}.${level}`, { name, path: IAM_PATH, roles: permissionSetRoles }] as const;
      }),
  );
  return Object.fromEntries(entries);
}

/** What AWS would refuse, or accept and never match, in any policy of this home. */
export async function policyProblems(home: StateHome): Promise<Problem[]> {
  const ofConsumers = home.consumers.map(async (consumer, index) => {
    const ofLevels = consumerPolicies(home, consumer).map(async ({ level, document }) => {
      const path = `consumers[${String(index)}] (${level})`;
      return [
        ...sizeProblems(document, "managedPolicy", path, (excess) => keyThatFits(home, consumer, level, excess)),
        ...(await vocabularyProblems(document, path)),
      ];
    });
    const ofRoles = consumer.madeRoles.map((role) => trustProblems(home, role, `consumers[${String(index)}].roles`));
    return (await Promise.all([...ofLevels, ...ofRoles])).flat();
  });
  const ofBuckets = resourcePolicies(home).map(async ({ path, place, document }) => [
    ...sizeProblems(
      document,
      place,
      path,
      (excess) =>
        `Name fewer principals in bucket.guard and access, or shorten bucket.name: ${String(excess)} characters are too many.`,
    ),
    ...(await vocabularyProblems(document, path)),
  ]);
  return [...(await Promise.all([...ofConsumers, ...ofBuckets])).flat(), ...countProblems(home)];
}

/** The policies that the bootstrap stack attaches to buckets and keys. */
function resourcePolicies(
  home: StateHome,
): { path: string; place: "bucketPolicy" | "keyPolicy"; document: PolicyDocument }[] {
  const { encryption, accessLogs } = home.bucket;
  const scope = { ...home.bucket, bucket: home.bucket.name };
  return [
    { path: "guard", place: "bucketPolicy", document: homeGuard(home) },
    ...(encryption.type === "created-key"
      ? [{ path: "bucket.encryption", place: "keyPolicy" as const, document: homeKeyPolicy(home) }]
      : []),
    ...(accessLogs?.created === true
      ? [
          {
            path: "bucket.accessLogs",
            place: "bucketPolicy" as const,
            document: logDeliveryPolicy({ ...scope, logBucket: accessLogs.bucket }),
          },
        ]
      : []),
  ];
}

async function trustProblems(home: StateHome, { level, trust }: MadeRole, parent: string): Promise<Problem[]> {
  const path = `${parent}.${level}.trust`;
  const raise =
    home.trustPolicyQuota < TRUST_POLICY_QUOTA.most
      ? `, or have AWS raise the quota (at most ${String(TRUST_POLICY_QUOTA.most)}) and say so in madeRoles.trustPolicyQuota`
      : "";
  const fewer = (excess: number): string =>
    `Name fewer who may assume it${raise}: ${String(excess)} characters are too many.`;
  return [
    ...sizeProblems(trust, "trustPolicy", path, fewer, home.trustPolicyQuota),
    ...(await vocabularyProblems(trust, path)),
  ];
}

/** A policy grows by the same number of characters with each character of the key: once for each place it is in. */
function keyThatFits(home: StateHome, consumer: Consumer, level: AccessLevel, excess: number): string {
  const scope = stateScope(home, consumer);
  const size = (key: string): number => policySize(stateAccessPolicy({ ...scope, key }, level));
  const fits = consumer.key.length - Math.ceil(excess / (size(`${consumer.key}-`) - size(consumer.key)));
  return fits > 0
    ? `Shorten key from ${String(consumer.key.length)} to ${String(fits)} characters, or workspaceKeyPrefix or bucket.name.`
    : "Shorten workspaceKeyPrefix: it is too long for any key.";
}

/** The default quotas of an account: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
function countProblems(home: StateHome): Problem[] {
  const managed = home.consumers.flatMap((consumer) => managedPolicies(home, consumer));
  const attached = new Map<string, number>();
  for (const role of managed.flatMap((policy) => policy.roles)) attached.set(role, (attached.get(role) ?? 0) + 1);
  const account = COUNT_LIMITS.managedPoliciesPerAccount;
  const perRole = COUNT_LIMITS.managedPoliciesPerRole;
  const roles = home.consumers.flatMap((consumer) => consumer.madeRoles).length;
  return found([
    managed.length > account && {
      code: "policy-count",
      path: "managedPolicies",
      message: `must make at most ${String(account)} managed policies for an account, got ${String(managed.length)}`,
      fix: `Set managedPolicies to "attached", or put consumers into several homes: ${String(ACCESS_LEVELS.length)} levels of ${String(Math.floor(account / ACCESS_LEVELS.length))} consumers fit.`,
    },
    roles > COUNT_LIMITS.rolesPerAccount && {
      code: "policy-count",
      path: "consumers",
      message: `must make at most ${String(COUNT_LIMITS.rolesPerAccount)} roles for an account, got ${String(roles)}`,
      fix: "Make fewer roles, name those that exist in access, or put consumers into homes of several accounts.",
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
