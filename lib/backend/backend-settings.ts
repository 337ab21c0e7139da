import type { AssumeRoleConfig } from "../config/state-config";
import type { Consumer, StateHome } from "../config/state-home";
import { locksInDynamoDb, locksInS3 } from "../policy/access-level";
import type { KmsKey } from "../policy/kms-key";

/** What one S3 backend is told; fields that are undefined are not emitted. */
export interface BackendSettings {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  readonly encrypt?: true | undefined;
  readonly kmsKeyId?: string | undefined;
  /** Emitted where true. */
  readonly useLockfile?: boolean;
  readonly dynamodbTable?: string | undefined;
  readonly workspaceKeyPrefix?: string | undefined;
  readonly assumeRole?: AssumeRoleConfig | undefined;
}

/** The lowest Terraform whose `use_lockfile` is generally available. */
export const REQUIRED_TERRAFORM = ">= 1.11.0";

/** What a consumer writes its state with. */
export function consumerBackend(home: StateHome, consumer: Consumer): BackendSettings {
  return {
    bucket: home.bucket.name,
    key: consumer.key,
    region: home.bucket.region,
    ...encryptionSettings(consumer.kmsKey),
    useLockfile: locksInS3(consumer.locking),
    dynamodbTable: locksInDynamoDb(consumer.locking) ? home.legacyTable : undefined,
    workspaceKeyPrefix: consumer.workspaceKeyPrefix,
    assumeRole: consumer.assumeRole,
  };
}

/** What the bootstrap stack writes its own state with, once that is in the bucket. */
export function bootstrapBackend(home: StateHome): BackendSettings {
  return {
    bucket: home.bucket.name,
    key: home.bootstrap.key,
    region: home.bucket.region,
    ...encryptionSettings(home.bucket.kmsKey),
    useLockfile: true,
  };
}

/** What others read a consumer's state with: nothing that locks, writes or is deprecated. */
export function readerBackend(home: StateHome, consumer: Consumer): BackendSettings {
  return {
    bucket: home.bucket.name,
    key: consumer.key,
    region: home.bucket.region,
    workspaceKeyPrefix: consumer.workspaceKeyPrefix,
    assumeRole: consumer.readerRole,
  };
}

/**
 * `encrypt` without `kms_key_id` makes Terraform ask for SSE-S3, over the head of a bucket whose default is a KMS key;
 * `kms_key_id` without `encrypt` is ignored. So both, or, where the key's ARN is not known yet, neither.
 */
function encryptionSettings(kmsKey: KmsKey | undefined): Pick<BackendSettings, "encrypt" | "kmsKeyId"> {
  if (kmsKey === undefined) return { encrypt: true };
  return "arn" in kmsKey ? { encrypt: true, kmsKeyId: kmsKey.arn } : {};
}
