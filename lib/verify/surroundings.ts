import type { Statement } from "../policy/policy-document";
import type { Reading } from "./posture";

/** What AWS does with the bucket beyond its own settings: where it is, its key, logs, copies and events. */
export interface Surroundings {
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
