import { s3Arn } from "./arn";
import { policyDocument, type PolicyDocument, type Statement } from "./policy-document";
import { exceptFor } from "./guard/posture-change";
import { namedPrincipals } from "./named-principals";
import { s3ViaService, type Partition } from "./partition";

/** What the created key's policy depends on. */
export interface KeyPolicyScope {
  readonly partition: Partition;
  readonly region: string;
  readonly account: string;
  /** The bucket whose objects it encrypts. */
  readonly bucket: string;
  /** Who may make the key unusable. None: nobody, until the policy is changed. */
  readonly breakGlass: readonly string[];
  /** Roles of other accounts that read states, and that also write. */
  readonly externalReaders: readonly string[];
  readonly externalWriters: readonly string[];
}

const USES = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/**
 * Policy of a key that the bootstrap stack creates. The first statement hands decisions to IAM in the account: without
 * it a key can become unmanageable. The others keep the key for S3 in the bucket's region and for this bucket's objects,
 * so a principal with `kms:Decrypt` cannot use it on anything but objects it may read, and keep it from being deleted.
 * Nothing denies `kms:PutKeyPolicy`: nobody is shut out for good.
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
      Action: USES,
      Resource: "*",
      Condition: { StringNotEquals: { "kms:ViaService": s3ViaService(scope.region) } },
    },
    {
      // With the bucket key S3 names the bucket, without it the object; what was written before keeps its own.
      Sid: "DenyUseForOtherObjects",
      Effect: "Deny",
      Principal: "*",
      Action: USES,
      Resource: "*",
      Condition: {
        StringNotLike: {
          "kms:EncryptionContext:aws:s3:arn": [
            s3Arn(scope.partition, scope.bucket),
            s3Arn(scope.partition, scope.bucket, "*"),
          ],
        },
      },
    },
    {
      // Both make every state unreadable.
      Sid: "DenyDeletion",
      Effect: "Deny",
      Principal: "*",
      Action: ["kms:DisableKey", "kms:ScheduleKeyDeletion"],
      Resource: "*",
      ...exceptFor(scope.breakGlass),
    },
    ...externalUse(scope, "ExternalRead", scope.externalReaders, ["kms:Decrypt"]),
    ...externalUse(scope, "ExternalWrite", scope.externalWriters, ["kms:Decrypt", "kms:GenerateDataKey"]),
  ]);
}

/** Across accounts the key's policy has to allow as well; the denies above hold for these roles too. */
function externalUse(scope: KeyPolicyScope, sid: string, roles: readonly string[], actions: string[]): Statement[] {
  if (roles.length === 0) return [];
  return [{ Sid: sid, Effect: "Allow", Action: actions, Resource: "*", ...namedPrincipals(scope.partition, roles) }];
}
