import type { AssumeRoleConfig } from "../config/state-config";
import type { Consumer, StateHome } from "../config/state-home";
import { locksInDynamoDb, locksInS3 } from "../policy/access-level";
import type { KmsKey } from "../policy/kms-key";
import type { ObjectTags } from "../policy/object-tags";

/**
 * The arguments of one S3 backend. Files omit fields that are undefined.
 * @example
 * const settings: BackendSettings = consumerBackend(home, consumer);
 */
export interface BackendSettings {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  readonly encrypt?: true | undefined;
  readonly kmsKeyId?: string | undefined;
  /** Files omit it if it is false. */
  readonly useLockfile?: boolean;
  readonly dynamodbTable?: string | undefined;
  readonly workspaceKeyPrefix?: string | undefined;
  /** Only for OpenTofu. */
  readonly lockTags?: ObjectTags | undefined;
  /** Only for OpenTofu. */
  readonly stateTags?: ObjectTags | undefined;
  readonly assumeRole?: AssumeRoleConfig | undefined;
}

/**
 * Returns the backend with which a consumer writes its state.
 * @example
 * new S3LockBackend(stack, { ...consumerBackend(home, consumer), readerRole: consumer.readerRole });
 */
export function consumerBackend(home: StateHome, consumer: Consumer): BackendSettings {
  return {
    bucket: home.bucket.name,
    key: consumer.key,
    region: home.bucket.region,
    ...encryptionSettings(consumer.kmsKey),
    useLockfile: locksInS3(consumer.locking),
    dynamodbTable: locksInDynamoDb(consumer.locking) ? home.legacyTable : undefined,
    workspaceKeyPrefix: consumer.workspaceKeyPrefix,
    ...(consumer.lockTags === undefined || !locksInS3(consumer.locking) ? {} : { lockTags: consumer.lockTags }),
    ...(consumer.stateTags === undefined ? {} : { stateTags: consumer.stateTags }),
    assumeRole: consumer.assumeRole,
  };
}

/** Returns the backend of the bootstrap stack, once its state is in the bucket. */
export function bootstrapBackend(home: StateHome): BackendSettings {
  return {
    bucket: home.bucket.name,
    key: home.bootstrap.key,
    region: home.bucket.region,
    ...encryptionSettings(home.bucket.kmsKey),
    useLockfile: true,
  };
}

/**
 * Returns the backend with which others read a consumer's state: without lock, encryption or deprecated arguments.
 * @example
 * const { bucket, key, region } = readerBackend(home, consumer);
 */
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
 * Returns `encrypt` and `kms_key_id` together, or neither while the key's ARN is not known. With `encrypt` alone,
 * Terraform requests SSE-S3 even if the bucket's default is a KMS key. With `kms_key_id` alone, it ignores the key.
 */
function encryptionSettings(kmsKey: KmsKey | undefined): Pick<BackendSettings, "encrypt" | "kmsKeyId"> {
  if (kmsKey === undefined) return { encrypt: true };
  return "arn" in kmsKey ? { encrypt: true, kmsKeyId: kmsKey.arn } : {};
}
