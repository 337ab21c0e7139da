import { s3Arn, wholeBucket } from "../arn";
import { listOf, type PolicyDocument, type Statement } from "../policy-document";
import { denyBut } from "./deny-but";
import { PUT_TAGS } from "./object-tagging";
import type { GuardScope } from "./guard-scope";

const POSTURE = "DenyPostureChange";

/**
 * The actions that the posture leaves open: reads, and what Terraform and Statelock do with objects. Other statements
 * and identity policies decide about these. Everything else changes the bucket, its access or its objects past Terraform,
 * and so does each action that AWS adds later.
 */
const OPEN_ACTIONS = [
  "s3:AbortMultipartUpload",
  "s3:BypassGovernanceRetention",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:Get*",
  "s3:List*",
  "s3:PutObject",
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
 * Denies every action but reads and Terraform's own. Off without a known deployer: S3 would deny the next deploy, and
 * only the account's root user could remove the policy.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
 */
export function denyPostureChange(scope: GuardScope): Statement[] {
  return denyBut(scope, "posture-changes", {
    Sid: POSTURE,
    NotAction: scope.tagging === undefined ? OPEN_ACTIONS : [...OPEN_ACTIONS, PUT_TAGS],
    Resource: wholeBucket(scope),
  });
}

/** Returns the principals that a guard lets change the bucket's settings. Undefined if it lets everyone. */
export function postureChangers(guard: PolicyDocument): readonly string[] | undefined {
  const statement = guard.Statement.find(({ Sid }) => Sid === POSTURE);
  return statement && listOf(statement.Condition?.["ArnNotEquals"]?.["aws:PrincipalArn"]);
}
