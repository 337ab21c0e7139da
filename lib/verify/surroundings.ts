import type { Statement } from "../policy/policy-document";
import type { Reading } from "./posture";

/** What is around the bucket's own settings, as it is on AWS. */
export interface Surroundings {
  /** `absent`: S3 says there is no such bucket. A 403 is unreadable. */
  readonly presence: Reading<"ours" | "absent">;
  readonly region: Reading<string>;
  /** The default key; no value where the bucket does not use one. */
  readonly key: Reading<KeyPosture>;
  readonly logs: Reading<{ readonly bucket: string; readonly prefix: string }>;
  /** ARNs of the buckets that objects are copied to. */
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
