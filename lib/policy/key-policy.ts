import { s3Arn } from "./arn";
import { policyDocument, type PolicyDocument, type Statement } from "./policy-document";
import { denyUnprovenKeyChange } from "./guard/break-glass-proof";
import { exceptFor } from "./guard/deny-but";
import type { BreakGlassProof, OrganizationRole } from "./guard/guard-scope";
import { allowOrganizationKeyUse } from "./guard/allow-organization-role";
import { namedPrincipals } from "./named-principals";
import { s3ViaService, type Partition } from "./partition";

/**
 * Everything that the created key's policy depends on.
 * @example
 * const keyScope: KeyPolicyScope = {
 *   partition: "aws",
 *   region: "eu-central-1",
 *   account: "123456789012",
 *   bucket: "acme-tfstate",
 *   breakGlass: [],
 *   externalReaders: [],
 *   externalWriters: [],
 * };
 */
export interface KeyPolicyScope {
  readonly partition: Partition;
  readonly region: string;
  readonly account: string;
  /** The bucket whose objects the key encrypts. */
  readonly bucket: string;
  /** Principals that may disable the key, and grant its use, and delete it when it is no longer in use. Empty: nobody, until the policy changes. */
  readonly breakGlass: readonly string[];
  /**
   * What their sessions must have.
   * @default - nothing
   */
  readonly breakGlassRequires?: BreakGlassProof | undefined;
  /** Roles of other accounts that read states, and roles that also write them. */
  readonly externalReaders: readonly string[];
  readonly externalWriters: readonly string[];
  /**
   * A role of many accounts that uses the key for its states.
   * @default - none
   */
  readonly organizationRole?: OrganizationRole | undefined;
}

/** Each of these actions makes every state unreadable, or lets others use the key whatever IAM says later. */
const OUT_OF_HAND = [
  "kms:CreateGrant",
  "kms:DeleteAlias",
  "kms:DisableKey",
  "kms:ReplicateKey",
  "kms:ScheduleKeyDeletion",
  "kms:UpdateAlias",
];

/** Days without a use after which break-glass may delete the key. */
const UNUSED_DAYS = 30;

const USES = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/**
 * Returns the policy of the key that the bootstrap stack creates. The first statement leaves decisions to IAM in the
 * account: without it, a key can become unmanageable. The other statements limit the key to S3 in the bucket's region
 * and to this bucket's objects, so a principal with `kms:Decrypt` can decrypt only objects that it may read. They also
 * protect the key from deletion. No statement denies `kms:PutKeyPolicy`, so you can always correct the policy.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 * @example
 * const policy = keyPolicy({ ...keyScope, breakGlass: ["arn:aws:iam::123456789012:role/emergency"] });
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
      // With an S3 bucket key, S3 passes the bucket's ARN, otherwise the object's. Old objects keep theirs.
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
      Sid: "DenyDeletion",
      Effect: "Deny",
      Principal: "*",
      Action: OUT_OF_HAND,
      Resource: "*",
      ...exceptFor(scope.breakGlass),
    },
    ...denyUnprovenKeyChange(scope, OUT_OF_HAND),
    {
      // Also for break-glass: nobody gets a deleted key back, nor the states under it. Disabling the key can be undone.
      Sid: "DenyDeletionInUse",
      Effect: "Deny",
      Principal: "*",
      Action: "kms:ScheduleKeyDeletion",
      Resource: "*",
      Condition: { NumericLessThan: { "kms:TrailingDaysWithoutKeyUsage": String(UNUSED_DAYS) } },
    },
    ...allowOrganizationKeyUse(scope.partition, scope.organizationRole),
    ...externalUse(scope, "ExternalRead", scope.externalReaders, ["kms:Decrypt"]),
    ...externalUse(scope, "ExternalWrite", scope.externalWriters, ["kms:Decrypt", "kms:GenerateDataKey"]),
  ]);
}

/** Across accounts the key policy must allow the use too. The denies above apply to these roles as well. */
function externalUse(scope: KeyPolicyScope, sid: string, roles: readonly string[], actions: string[]): Statement[] {
  if (roles.length === 0) return [];
  return [{ Sid: sid, Effect: "Allow", Action: actions, Resource: "*", ...namedPrincipals(scope.partition, roles) }];
}
