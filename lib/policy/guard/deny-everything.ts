import { wholeBucket } from "../arn";
import type { Statement } from "../policy-document";
import type { GuardScope } from "./guard-scope";

/** A bucket in its partition. */
export type GuardedBucket = Pick<GuardScope, "partition" | "bucket">;

/** Returns the statement that denies every action on a bucket and its objects, to everybody, under a condition. */
export function denyEverything(
  place: GuardedBucket,
  sid: string,
  condition: Statement["Condition"] & object,
): Statement {
  return {
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: wholeBucket(place),
    Condition: condition,
  };
}
