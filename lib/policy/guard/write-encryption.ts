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
 * The bootstrap stack's own state is exempt from all denies in this file. When you change the encryption in the config,
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

/** Denies SSE-C, keys of the client: Terraform cannot read a lock that SSE-C encrypts, and nobody else can read the state. */
export function denySseC(scope: GuardScope): Statement[] {
  return denyWrites(scope, "DenySseC", { Null: { [CUSTOMER_ALGORITHM]: "false" } });
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
