import { parseArn } from "../../policy/arn";
import { found, shown, type Problem } from "../../problem/problem";
import { CONFIG_DEFAULTS, defaultKeyAlias } from "../config-defaults";
import { kmsKeyArnProblems } from "./arn-rules";
import type { BucketConfig } from "../state-config";

/** Checks the bucket's encryption. */
export function encryptionProblems(bucket: BucketConfig): Problem[] {
  const encryption = bucket.encryption ?? CONFIG_DEFAULTS.encryption;
  if (encryption.type === "sse-s3") return [];
  if (encryption.type === "existing-key") return kmsKeyArnProblems(encryption.keyArn, "encryption.keyArn", bucket);
  const { alias, keyArn } = encryption;
  const account = keyArn === undefined ? undefined : parseArn(keyArn)?.account;
  return [
    ...(keyArn === undefined ? [] : kmsKeyArnProblems(keyArn, "encryption.keyArn", bucket)),
    ...found([
      alias !== undefined &&
        (!/^alias\/[\w/-]{1,250}$/.test(alias) || alias.startsWith("alias/aws/")) && {
          code: "kms-alias",
          path: "encryption.alias",
          message: `must be alias/ and letters, digits, "/", "_" or "-", but not alias/aws/, got ${shown(alias)}`,
          fix: `Remove it for ${defaultKeyAlias(bucket)}.`,
        },
      account !== undefined &&
        account !== bucket.account && {
          code: "kms-key",
          path: "encryption.keyArn",
          message: `must be in the account ${bucket.account}, where the bootstrap stack creates the key, got ${shown(keyArn)}`,
          fix: 'Remove keyArn until the first deploy prints kms_key_arn, or use type "existing-key" for a key of another account.',
        },
    ]),
  ];
}
