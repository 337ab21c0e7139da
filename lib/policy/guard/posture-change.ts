import { s3Arn } from "../arn";
import { listOf, oneOrMany, type PolicyDocument, type Statement } from "../policy-document";
import type { GuardException, GuardScope } from "./guard-scope";

const POSTURE = "DenyPostureChange";

/** Actions that change the bucket's settings or its access, or that write objects past every other statement. */
const POSTURE_ACTIONS = [
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:DeleteBucketWebsite",
  "s3:PutBucketAcl",
  "s3:PutBucketCORS",
  "s3:PutBucketLogging",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutBucketWebsite",
  "s3:PutEncryptionConfiguration",
  "s3:PutInventoryConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutObjectAcl",
  "s3:PutObjectVersionAcl",
  "s3:PutReplicationConfiguration",
  "s3:ReplicateDelete",
  "s3:ReplicateObject",
];

/** Denies deleting versions, which versioning keeps. Off without a known deployer. */
export function denyHistoryDeletion(scope: GuardScope): Statement[] {
  return denyBut(scope, "history-deletion", {
    Sid: "DenyHistoryDeletion",
    Action: ["s3:BypassGovernanceRetention", "s3:DeleteObjectVersion"],
    Resource: s3Arn(scope.partition, scope.bucket, "*"),
  });
}

/**
 * Denies changing the bucket's settings and this policy. Off without a known deployer: S3 would deny the next deploy, and
 * only the account's root user could remove the policy.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
 */
export function denyPostureChange(scope: GuardScope): Statement[] {
  return denyBut(scope, "posture-changes", {
    Sid: POSTURE,
    Action: POSTURE_ACTIONS,
    Resource: [s3Arn(scope.partition, scope.bucket), s3Arn(scope.partition, scope.bucket, "*")],
  });
}

/** Returns the principals that a guard lets change the bucket's settings. Undefined if it lets everyone. */
export function postureChangers(guard: PolicyDocument): readonly string[] | undefined {
  const statement = guard.Statement.find(({ Sid }) => Sid === POSTURE);
  return statement && listOf(statement.Condition?.["ArnNotEquals"]?.["aws:PrincipalArn"]);
}

/** Returns the condition that exempts principals from a deny. For a session, `aws:PrincipalArn` holds its role. */
export function exceptFor(principals: readonly string[]): Pick<Statement, "Condition"> {
  const each = [...new Set(principals)];
  return each.length === 0 ? {} : { Condition: { ArnNotEquals: { "aws:PrincipalArn": oneOrMany(each) } } };
}

function denyBut(
  scope: GuardScope,
  exception: GuardException,
  denied: Pick<Statement, "Sid" | "Action" | "Resource">,
): Statement[] {
  if (scope.deployers.length === 0 || scope.allow.includes(exception)) return [];
  return [{ ...denied, Effect: "Deny", Principal: "*", ...exceptFor([...scope.breakGlass, ...scope.deployers]) }];
}
