import type { Statement } from "../policy/policy-document";
import type { Reading } from "./posture";

/** Settings that a bucket has only if somebody made them by hand: no config of Statelock has them. */
export interface HandmadeSettings {
  /** True if tags of the bucket decide who may use it. */
  readonly abac: Reading<boolean>;
  /** The table bucket into which S3 writes the keys, sizes and tags of all objects; no value if it writes none. */
  readonly metadataTables: Reading<string>;
  /** ARNs of the buckets into which S3 writes lists of all objects. */
  readonly inventories: Reading<readonly string[]>;
  /** Object Lock; no value if it is off. */
  readonly objectLock: Reading<ObjectLock>;
}

/** Object Lock, as the bucket has it. */
export interface ObjectLock {
  /** How long S3 keeps every new version by default. @default - S3 keeps only the versions that somebody names */
  readonly retention?: { readonly mode: string; readonly days: number };
}

/** What AWS does with the bucket beyond its own settings: where it is, its key, logs, copies and events. */
export interface Surroundings extends HandmadeSettings {
  /**
   * `absent`: S3 says that the bucket does not exist. A 403 is unreadable. `anybody's`: the bucket exists, and the store would
   * not refuse another expected owner.
   */
  readonly presence: Reading<"ours" | "absent" | "anybody's">;
  readonly region: Reading<string>;
  /** The default key; no value if the bucket does not use a KMS key. */
  readonly key: Reading<KeyPosture>;
  readonly logs: Reading<{ readonly bucket: string; readonly prefix: string }>;
  /** ARNs of the buckets that S3 replicates objects to. */
  readonly replicas: Reading<readonly string[]>;
  readonly notifications: Reading<{ readonly eventBridge: boolean; readonly targets: readonly string[] }>;
}

export interface KeyPosture {
  readonly arn: string;
  readonly state: string;
  readonly aliases: Reading<readonly string[]>;
  readonly rotates: Reading<boolean>;
  readonly policy: Reading<readonly Statement[]>;
}
