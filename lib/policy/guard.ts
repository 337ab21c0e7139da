import { s3Arn } from "./arn";
import { policyDocument, type PolicyDocument, type Statement } from "./document";
import type { Partition } from "./partition";

/** What the guard depends on. */
export interface GuardScope {
  readonly partition: Partition;
  readonly bucket: string;
}

/** The bucket policy of the state bucket. It only denies: who may do what is said by identity policies. */
export function guardPolicy(scope: GuardScope): PolicyDocument {
  return policyDocument([denyInsecureTransport(scope)]);
}

/**
 * Plain HTTP, in the exact form that Security Hub S3.5 and AWS Config look for.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export function denyInsecureTransport(scope: GuardScope): Statement {
  return {
    Sid: "DenyInsecureTransport",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [s3Arn(scope.partition, scope.bucket), s3Arn(scope.partition, scope.bucket, "*")],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
