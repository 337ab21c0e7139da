import { s3Arn } from "../arn";
import { oneOrMany, type Statement } from "../policy-document";
import { LOCK_SUFFIX } from "../../state/state-keys";
import type { GuardScope } from "./guard-scope";

/** Every lock object of the bucket. */
export function allLocks(scope: Pick<GuardScope, "partition" | "bucket">): string {
  return s3Arn(scope.partition, scope.bucket, `*${LOCK_SUFFIX}`);
}

/**
 * A lock can be taken, never overwritten: Terraform writes it with `If-None-Match: *`, in one request. AWS's own
 * example exempts the requests of a multipart upload (`s3:ObjectCreationOperation`); a lock needs none, so they are
 * refused as well, and copies with them.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function denyLockOverwrite(scope: GuardScope): Statement {
  return {
    Sid: "DenyLockOverwrite",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: allLocks(scope),
    Condition: { Null: { "s3:if-none-match": "true" } },
  };
}

/**
 * Who releases other people's locks must name the ETag of the lock that was looked at (`If-Match`), or a lock that
 * somebody else took meanwhile is deleted. Terraform releases its own lock without: its roles cannot be held to this.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html
 */
export function denyUnconditionalRelease(scope: GuardScope): Statement[] {
  const principals = [...new Set([...scope.unlockers, ...scope.breakGlass])];
  if (principals.length === 0 || scope.allow.includes("unconditional-release")) return [];
  return [
    {
      Sid: "DenyUnconditionalRelease",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:DeleteObject",
      Resource: allLocks(scope),
      Condition: { Null: { "s3:if-match": "true" }, ArnEquals: { "aws:PrincipalArn": oneOrMany(principals) } },
    },
  ];
}
