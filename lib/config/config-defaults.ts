import { DEFAULT_LOCKING, type Locking } from "../policy/access-level";
import { TRUST_POLICY_QUOTA } from "../policy/size-limits";
import { accountRegionalName, isAccountRegional } from "./account-regional-name";
import type { BucketConfig, ConsumerConfig, StateConfig } from "./state-config";

/** The defaults of config fields that do not depend on another field. The comments in `state-config.ts` repeat them. */
export const CONFIG_DEFAULTS = {
  bootstrapKey: "bootstrap/terraform.tfstate",
  encryption: { type: "sse-s3" },
  eventBridge: false,
  historyDays: 90,
  newestVersions: 100,
  lockDays: 7,
  newestLocks: 10,
  accessLogDays: 365,
  consumerType: "terraform",
  managedPolicies: "all",
  maxSessionSeconds: 3600,
  trustPolicyQuota: TRUST_POLICY_QUOTA.default,
} as const;

/** Returns a consumer's state key. */
export function consumerKey({ key, name }: Pick<ConsumerConfig, "name" | "key">): string {
  return key ?? `${name}/terraform.tfstate`;
}

/** Returns how a consumer locks: its own setting, then the config's, then the default. */
export function lockingOf(consumer: Pick<ConsumerConfig, "locking">, config: Pick<StateConfig, "locking">): Locking {
  return consumer.locking ?? config.locking ?? DEFAULT_LOCKING;
}

/** Returns the state key of the bootstrap stack. */
export function bootstrapKey({ bootstrapKey: key }: BucketConfig): string {
  return key ?? CONFIG_DEFAULTS.bootstrapKey;
}

/** Returns the name of the log bucket that the bootstrap stack creates if the config names no bucket for logs. */
export function createdLogBucket(bucket: Pick<BucketConfig, "name" | "account" | "region">): string {
  return isAccountRegional(bucket) ? accountRegionalName(bucket, "-logs") : `${bucket.name}-logs`;
}

/** Returns the alias of a created key if the config names none. */
export function defaultKeyAlias({ name }: Pick<BucketConfig, "name">): string {
  return `alias/${name}`;
}
