import { ACCESS_LEVELS, type AccessLevel } from "../policy/access-level";
import { roleName } from "../policy/arn";
import type { PolicyDocument } from "../policy/document";
import { guardPolicy } from "../policy/guard";
import { COUNT_LIMITS, sizeProblems } from "../policy/size-limits";
import { stateAccessPolicy } from "../policy/state-access";
import { levelsFor, type StateScope } from "../policy/state-scope";
import { vocabularyProblems } from "../policy/vocabulary";
import { found, type Problem } from "../problem";
import type { Consumer, StateHome } from "./state-home";

/** One access level of one consumer: its policy, and the roles it is attached to. */
export interface ConsumerPolicy {
  readonly level: AccessLevel;
  readonly document: PolicyDocument;
  readonly roles: readonly string[];
}

/** The policies of a consumer, one for each level that means something for it. */
export function consumerPolicies(home: StateHome, consumer: Consumer): ConsumerPolicy[] {
  const scope = stateScope(home, consumer);
  return levelsFor(scope).map((level) => ({
    level,
    document: stateAccessPolicy(scope, level),
    roles: consumer.access[level],
  }));
}

/** The policies of a consumer that the bootstrap stack creates in IAM. */
export function managedPolicies(home: StateHome, consumer: Consumer): ConsumerPolicy[] {
  return consumerPolicies(home, consumer).filter((policy) => home.managedPolicies === "all" || policy.roles.length > 0);
}

/** The state bucket's guard. */
export function homeGuard(home: StateHome): PolicyDocument {
  return guardPolicy({ partition: home.bucket.partition, bucket: home.bucket.name });
}

/** What AWS would refuse, or accept and never match, in any policy of this home. */
export async function policyProblems(home: StateHome): Promise<Problem[]> {
  const ofConsumers = home.consumers.map(async (consumer, index) => {
    const path = `consumers[${String(index)}]`;
    const ofLevels = consumerPolicies(home, consumer).map(async ({ level, document }) => [
      ...sizeProblems(document, "managedPolicy", `${path} (${level})`, "key, workspaceKeyPrefix or bucket.name"),
      ...(await vocabularyProblems(document, `${path} (${level})`)),
    ]);
    return (await Promise.all(ofLevels)).flat();
  });
  const guard = homeGuard(home);
  return [
    ...(await Promise.all(ofConsumers)).flat(),
    ...sizeProblems(guard, "bucketPolicy", "guard", "bucket.name"),
    ...(await vocabularyProblems(guard, "guard")),
    ...countProblems(home),
  ];
}

/** The default quotas of an account: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
function countProblems(home: StateHome): Problem[] {
  const managed = home.consumers.flatMap((consumer) => managedPolicies(home, consumer));
  const attached = new Map<string, number>();
  for (const role of managed.flatMap((policy) => policy.roles)) attached.set(role, (attached.get(role) ?? 0) + 1);
  const account = COUNT_LIMITS.managedPoliciesPerAccount;
  const perRole = COUNT_LIMITS.managedPoliciesPerRole;
  return found([
    managed.length > account && {
      code: "policy-count",
      path: "managedPolicies",
      message: `must make at most ${String(account)} managed policies for an account, got ${String(managed.length)}`,
      fix: `Set managedPolicies to "attached", or put consumers into several homes: ${String(ACCESS_LEVELS.length)} levels of ${String(Math.floor(account / ACCESS_LEVELS.length))} consumers fit.`,
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

function stateScope(home: StateHome, consumer: Consumer): StateScope {
  const { partition, region, account, name } = home.bucket;
  return {
    partition,
    region,
    account,
    bucket: name,
    key: consumer.key,
    workspaceKeyPrefix: consumer.workspaceKeyPrefix,
    kmsKey: consumer.kmsKey,
    locking: consumer.locking,
    legacyTable: home.legacyTable,
  };
}
