import type { Partition } from "./partition";

/**
 * The KMS key that encrypts states and locks, as synth knows it: by ARN if the key exists, by alias if the bootstrap
 * stack creates it.
 * @example
 * const key: KmsKey = { alias: "alias/acme-tfstate", account: "123456789012" };
 */
export type KmsKey = { readonly arn: string } | { readonly alias: string; readonly account: string };

/** The resource element that names a key in a policy. If only the alias is known, a condition narrows it. */
interface KmsKeyReference {
  readonly resource: string;
  readonly condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Returns how a policy names a key. For an alias, the resource is every key of the account in the region, and
 * `kms:ResourceAliases` narrows it: IAM does not resolve an alias in a Resource element.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export function kmsKeyReference(key: KmsKey, partition: Partition, region: string): KmsKeyReference {
  if ("arn" in key) return { resource: key.arn, condition: {} };
  return {
    resource: `arn:${partition}:kms:${region}:${key.account}:key/*`,
    condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": key.alias } },
  };
}
