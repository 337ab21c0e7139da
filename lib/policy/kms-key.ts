import type { Partition } from "./partition";

/**
 * The KMS key that encrypts states and locks, as far as it is known at synth: by ARN where it exists already, by
 * alias where the bootstrap stack creates it.
 */
export type KmsKey = { readonly arn: string } | { readonly alias: string; readonly account: string };

/** What a policy says of the key: the resource, and the condition that narrows it where only the alias is known. */
export interface KmsKeyReference {
  readonly resource: string;
  readonly condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * By alias the resource is every key of the account in the region, narrowed by `kms:ResourceAliases`: IAM does not
 * resolve an alias in a Resource element.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export function kmsKeyReference(key: KmsKey, partition: Partition, region: string): KmsKeyReference {
  if ("arn" in key) return { resource: key.arn, condition: {} };
  return {
    resource: `arn:${partition}:kms:${region}:${key.account}:key/*`,
    condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": key.alias } },
  };
}
