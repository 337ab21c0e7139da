import { listOf, type PolicyDocument, type Statement } from "../policy-document";
import { namedPrincipals } from "../named-principals";
import type { GuardScope } from "./guard-scope";

/**
 * What roles of other accounts were given, as in their identity policies: across accounts both sides must allow.
 */
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
 * The S3 part of a policy, a statement for each set of resources: a bucket policy is short of room. The condition on
 * taking a lock is left to `denyLockOverwrite`, which no exception turns off.
 */
function places(policy: PolicyDocument): Place[] {
  const merged = new Map<string, Place>();
  for (const { Action, Resource, Condition: { Null: _taken, ...condition } = {} } of policy.Statement) {
    if (!listOf(Action).every((action) => action.startsWith("s3:"))) continue;
    const place = JSON.stringify([Resource, condition]);
    const actions = [...new Set([...listOf(merged.get(place)?.Action), ...listOf(Action)])];
    merged.set(place, { Action: actions, Resource, Condition: condition });
  }
  return [...merged.values()];
}
