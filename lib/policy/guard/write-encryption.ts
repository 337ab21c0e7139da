import { s3Arn } from "../arn";
import { oneOrMany, type Condition, type Statement } from "../policy-document";
import { LOCK_SUFFIX } from "../../state/state-keys";
import type { GuardScope } from "./guard-scope";

const ALGORITHM = "s3:x-amz-server-side-encryption";
const KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id";
const CUSTOMER_ALGORITHM = "s3:x-amz-server-side-encryption-customer-algorithm";

/**
 * Denies writes that name another algorithm than the accepted ones. A write without the header gets the bucket's
 * default, and the parts of a multipart upload have no header, so the guard must not deny a missing one.
 *
 * The bootstrap stack's own state is exempt from the denies of algorithms and keys. When you change the encryption in the config,
 * Terraform writes that state's lock with the new encryption while the deployed guard still requires the old one.
 * Without the exemption, no deploy could replace the guard.
 */
export function denyOtherEncryption(scope: GuardScope): Statement[] {
  const accepted = [
    ...(scope.encryption.sseS3 ? ["AES256"] : []),
    ...(scope.encryption.kmsKeys.length > 0 ? ["aws:kms"] : []),
  ];
  return denyWrites(scope, "DenyOtherEncryption", {
    StringNotEquals: { [ALGORITHM]: oneOrMany(accepted) },
    Null: { [ALGORITHM]: "false" },
  });
}

/** Denies writes that name a KMS key that the config does not have. */
export function denyForeignKey(scope: GuardScope): Statement[] {
  const { kmsKeys } = scope.encryption;
  if (kmsKeys.length === 0) return [];
  const differs = kmsKeys.some((key) => key.includes("*")) ? "StringNotLike" : "StringNotEquals";
  return denyWrites(scope, "DenyForeignKey", { [differs]: { [KEY]: oneOrMany(kmsKeys) }, Null: { [KEY]: "false" } });
}

/** Denies writes that ask for KMS without a key: S3 would use `aws/s3`, whatever the bucket's default is. */
export function denyKmsWithoutKey(scope: GuardScope): Statement[] {
  if (scope.encryption.kmsKeys.length === 0) return [];
  return denyWrites(scope, "DenyKmsWithoutKey", { StringEquals: { [ALGORITHM]: "aws:kms" }, Null: { [KEY]: "true" } });
}

/**
 * Denies SSE-C, keys of the client: Terraform cannot read a lock that SSE-C encrypts, and nobody else can read the state.
 * No object and no exception is exempt.
 */
export function denySseC(scope: GuardScope): Statement {
  return {
    Sid: "DenySseC",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: s3Arn(scope.partition, scope.bucket, "*"),
    Condition: { Null: { [CUSTOMER_ALGORITHM]: "false" } },
  };
}

/**
 * Denies changing the encryption of objects in place, of every old version as well. Terraform does not use it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
 */
export function denyReencryption(scope: GuardScope): Statement[] {
  if (scope.allow.includes("any-encryption")) return [];
  return [
    {
      Sid: "DenyReencryption",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:UpdateObjectEncryption",
      Resource: s3Arn(scope.partition, scope.bucket, "*"),
    },
  ];
}

/**
 * Denies other storage classes: an archived lock cannot be read and released, and an archived version cannot be restored.
 * Terraform names no class.
 */
export function denyArchiving(scope: GuardScope): Statement {
  const storageClass = "s3:x-amz-storage-class";
  return {
    Sid: "DenyArchiving",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: s3Arn(scope.partition, scope.bucket, "*"),
    Condition: { StringNotEquals: { [storageClass]: "STANDARD" }, Null: { [storageClass]: "false" } },
  };
}

function denyWrites(scope: GuardScope, sid: string, condition: Condition): Statement[] {
  if (scope.allow.includes("any-encryption")) return [];
  const bootstrap = [scope.bootstrapKey, scope.bootstrapKey + LOCK_SUFFIX];
  return [
    {
      Sid: sid,
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      NotResource: bootstrap.map((key) => s3Arn(scope.partition, scope.bucket, key)),
      Condition: condition,
    },
  ];
}
