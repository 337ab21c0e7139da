import { policyDocument, type PolicyDocument } from "./document";
import { s3ViaService, type Partition } from "./partition";

/** What the created key's policy depends on. */
export interface KeyPolicyScope {
  readonly partition: Partition;
  readonly region: string;
  readonly account: string;
}

/**
 * Policy of a key that the bootstrap stack creates. The first statement hands decisions to IAM in the account: without
 * it a key can become unmanageable. The second keeps the key for S3 in the bucket's region, so a principal with
 * `kms:Decrypt` cannot use it on anything but objects it may read.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function keyPolicy(scope: KeyPolicyScope): PolicyDocument {
  return policyDocument([
    {
      Sid: "DelegateToIam",
      Effect: "Allow",
      Principal: { AWS: `arn:${scope.partition}:iam::${scope.account}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "DenyUseOutsideS3",
      Effect: "Deny",
      Principal: "*",
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: "*",
      Condition: { StringNotEquals: { "kms:ViaService": s3ViaService(scope.region) } },
    },
  ]);
}
