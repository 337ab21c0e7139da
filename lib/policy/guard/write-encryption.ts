import { s3Arn } from "../arn";
import { oneOrMany, type Condition, type Statement } from "../policy-document";
import { LOCK_SUFFIX } from "../../state/state-keys";
import type { GuardScope } from "./guard-scope";

const ALGORITHM = "s3:x-amz-server-side-encryption";
const KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id";
const CUSTOMER_ALGORITHM = "s3:x-amz-server-side-encryption-customer-algorithm";

/**
 * Writes that name an algorithm other than the accepted ones. Only what is named can be wrong: a write without the
 * header gets the bucket's default, and the parts of a multipart upload carry none. `...IfExists` would refuse those.
 *
 * The bootstrap stack's own state is left out, here and below: when the config changes the encryption, Terraform writes
 * that state's lock with the new one while the guard in place still wants the old, and could never replace it.
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

/** Writes that name a KMS key the config does not know. */
export function denyForeignKey(scope: GuardScope): Statement[] {
  const { kmsKeys } = scope.encryption;
  if (kmsKeys.length === 0) return [];
  const differs = kmsKeys.some((key) => key.includes("*")) ? "StringNotLike" : "StringNotEquals";
  return denyWrites(scope, "DenyForeignKey", { [differs]: { [KEY]: oneOrMany(kmsKeys) }, Null: { [KEY]: "false" } });
}

/** Keys that the client brings along: Terraform cannot read a lock that is encrypted so, and nobody else the state. */
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
