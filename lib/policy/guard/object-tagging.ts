import { s3Arn } from "../arn";
import { requestedTags } from "../object-tags";
import { oneOrMany, type Statement } from "../policy-document";
import { denyBut } from "./deny-but";
import type { GuardScope } from "./guard-scope";
import { allLocks } from "./lock-overwrite";

/** The action that S3 asks for besides PutObject if a request has `x-amz-tagging`. */
export const PUT_TAGS = "s3:PutObjectTagging";

/** Most objects that the guard names. A bucket policy has 20 KB, so with more of them the guard lets all objects be tagged. */
const MOST_OBJECTS = 40;

/**
 * Denies tags on every object but those that OpenTofu tags. Without tags in the config, the deny of posture changes covers
 * every object. Off without a known deployer, as that deny is.
 */
export function denyOtherTagging(scope: GuardScope): Statement[] {
  const { partition, bucket, tagging } = scope;
  if (tagging === undefined || tagging.objects.length > MOST_OBJECTS) return [];
  return denyBut(scope, "posture-changes", {
    Sid: "DenyOtherTagging",
    Action: PUT_TAGS,
    NotResource: oneOrMany(tagging.objects.map((key) => s3Arn(partition, bucket, key))),
  });
}

/** Denies the tags of locks on states: a lifecycle rule would trim the history of such a state as it trims locks. */
export function denyLockTagsOnStates(scope: GuardScope): Statement[] {
  return (scope.tagging?.lockTags ?? []).map((tags, index) => ({
    Sid: `DenyLockTagsOnStates${String(index + 1)}`,
    Effect: "Deny",
    Principal: "*",
    Action: PUT_TAGS,
    NotResource: allLocks(scope),
    Condition: requestedTags(tags),
  }));
}
