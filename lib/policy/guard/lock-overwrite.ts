import { s3Arn, underAnyPath } from "../arn";
import { oneOrMany, type Statement } from "../policy-document";
import { LOCK_SUFFIX } from "../../state/state-keys";
import type { GuardScope } from "./guard-scope";

/** Returns the ARN pattern of every lock object in the bucket. */
export function allLocks(scope: Pick<GuardScope, "partition" | "bucket">): string {
  return s3Arn(scope.partition, scope.bucket, `*${LOCK_SUFFIX}`);
}

/**
 * Denies writing a lock without `If-None-Match: *`, so that nobody overwrites a lock. Terraform writes its lock with
 * this header, in one request. Any other value is no such condition. AWS's example of this statement exempts multipart uploads
 * (`s3:ObjectCreationOperation`). A lock needs no multipart upload, so the guard has no exemption: it also denies multipart
 * uploads and copies to a lock's key.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function denyLockOverwrite(scope: GuardScope): Statement {
  return {
    Sid: "DenyLockOverwrite",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: allLocks(scope),
    Condition: { StringNotEquals: { "s3:if-none-match": "*" } },
  };
}

/**
 * Denies what puts an object at a lock's key past {@link denyLockOverwrite}: a copy, replication from another bucket, and
 * keys that continue after the suffix, unless a state has such a key. Terraform copies no lock.
 */
export function denyLockCopies(scope: GuardScope): Statement[] {
  const denied = (sid: string, statement: Pick<Statement, "Action" | "Resource" | "Condition">): Statement => ({
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    ...statement,
  });
  return [
    denied("DenyLockCopy", {
      Action: "s3:PutObject",
      Resource: allLocks(scope),
      Condition: { Null: { "s3:x-amz-copy-source": "false" } },
    }),
    denied("DenyLockReplication", {
      Action: ["s3:ReplicateDelete", "s3:ReplicateObject"],
      Resource: allLocks(scope),
    }),
    ...(scope.lockLikeStates === true
      ? []
      : [
          denied("DenyLockLookalikes", {
            Action: "s3:PutObject",
            Resource: s3Arn(scope.partition, scope.bucket, `*${LOCK_SUFFIX}?*`),
          }),
        ]),
  ];
}

/**
 * Denies a delete of a lock without its ETag (`If-Match`) to unlockers and to break-glass principals (`guard.breakGlass`).
 * Without the ETag, they could delete a lock that somebody else took in the meantime. Terraform releases its own lock
 * without an ETag, so this statement cannot apply to roles that run Terraform. It applies to a principal under any path:
 * with a wrong path in the config, a deny of the exact ARN would not apply to anybody.
 * @returns no statement if there is no such principal, or if the config allows `unconditional-release`
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html
 */
export function denyUnconditionalRelease(scope: GuardScope): Statement[] {
  const principals = [...new Set([...scope.unlockers, ...scope.breakGlass].map(underAnyPath))];
  if (principals.length === 0 || scope.allow.includes("unconditional-release")) return [];
  return [
    {
      Sid: "DenyUnconditionalRelease",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:DeleteObject",
      Resource: allLocks(scope),
      // A missing condition passes the test, and `If-Match: *` names no lock.
      Condition: {
        StringEqualsIfExists: { "s3:if-match": "*" },
        ArnLike: { "aws:PrincipalArn": oneOrMany(principals) },
      },
    },
  ];
}
