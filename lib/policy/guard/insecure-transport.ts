import type { Statement } from "../policy-document";
import { denyEverything, type GuardedBucket } from "./deny-everything";

/**
 * Denies plain HTTP, in the exact form that Security Hub S3.5 and AWS Config look for.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export function denyInsecureTransport(scope: GuardedBucket): Statement {
  return denyEverything(scope, "DenyInsecureTransport", { Bool: { "aws:SecureTransport": "false" } });
}

/** Denies TLS 1.0 and 1.1. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html */
export function denyOldTls(scope: GuardedBucket): Statement {
  return denyEverything(scope, "DenyOldTls", { NumericLessThan: { "s3:TlsVersion": "1.2" } });
}
