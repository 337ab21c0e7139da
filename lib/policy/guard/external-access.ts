import { listOf, type Condition, type PolicyDocument, type Statement } from "../policy-document";
import { namedPrincipals } from "../named-principals";
import { IF_NONE_MATCH, RESOURCE_ACCOUNT } from "../state-access-policy";
import type { GuardScope } from "./guard-scope";

/** Allows what roles of other accounts have in their identity policies: across accounts, both sides must allow. */
export function allowExternalAccess(scope: GuardScope): Statement[] {
  return scope.external.flatMap(({ roles, policy }, index) =>
    places(policy).map((place, part) => ({
      ...place,
      ...namedPrincipals(scope.partition, roles, place.Condition),
      Sid: `External${String(index + 1)}Part${String(part + 1)}`,
      Effect: "Allow",
    })),
  );
}

type Place = Pick<Statement, "Action" | "Resource" | "Condition">;

/**
 * Returns the S3 part of a policy with one statement for each set of resources, because a bucket policy has little room.
 * It omits the condition on taking a lock, which `denyLockOverwrite` covers, and the bucket's account: a bucket policy is
 * about its own bucket.
 */
function places(policy: PolicyDocument): Place[] {
  const merged = new Map<string, Place>();
  for (const { Action, Resource, Condition } of policy.Statement) {
    if (!listOf(Action).every((action) => action.startsWith("s3:"))) continue;
    const condition = without([RESOURCE_ACCOUNT, IF_NONE_MATCH], Condition);
    const place = JSON.stringify([Resource, condition]);
    const actions = [...new Set([...listOf(merged.get(place)?.Action), ...listOf(Action)])];
    merged.set(place, { Action: actions, Resource, Condition: condition });
  }
  return [...merged.values()];
}

function without(keys: readonly string[], condition: Condition = {}): Condition {
  const kept = Object.entries(condition).map(
    ([operator, tests]) =>
      [operator, Object.fromEntries(Object.entries(tests).filter(([key]) => !keys.includes(key)))] as const,
  );
  return Object.fromEntries(kept.filter(([, tests]) => Object.keys(tests).length > 0));
}
