import { parseLockInfo, type LockInfo } from "../lock/lock-info";
import { takeLock } from "../lock/take-lock";
import { backendEncryption } from "../lock/object-encryption";
import { LOCK_SUFFIX } from "../state/state-keys";
import { UserError, type Problem } from "../problem/problem";
import { encryptionHeaders, lockTaker, stateClient } from "./s3-objects";
import type { BucketPlace } from "./connect";

/** A state that is to become the object at a key. */
export interface StateMove {
  readonly key: string;
  readonly text: string;
  /** Text of the state it replaces; undefined where there must be none. */
  readonly replaces: string | undefined;
  /** The arguments `encrypt` and `kms_key_id` of the backend that will read it. */
  readonly encrypt: boolean;
  readonly kmsKeyId: string | undefined;
  /** The lock to take. One with the same ID that is there already is our own, of a run that was cut off. */
  readonly lock: LockInfo;
}

/**
 * Writes a state under its lock, byte for byte, and only onto what it is meant to replace: by conditional writes, so
 * that nothing another client wrote can be lost. Terraform's own migration would give the state a new lineage.
 * @throws UserError when somebody else holds the lock, or another state is there
 */
export async function moveState(bucket: BucketPlace, move: StateMove): Promise<void> {
  const client = stateClient(bucket);
  const encryption = backendEncryption(move.encrypt, move.kmsKeyId);
  const lockKey = move.key + LOCK_SUFFIX;
  await takeLock(lockTaker(client, lockKey, encryption), move.lock, `s3://${bucket.name}/${lockKey}`);
  try {
    const present = await client.read(move.key);
    if (present?.text === move.text) return;
    if (present?.text !== move.replaces) throw new UserError([appeared(bucket, move.key)]);
    const condition = present === undefined ? { IfNoneMatch: "*" } : { IfMatch: present.etag };
    const written = await client.put(move.key, move.text, { ...encryptionHeaders(encryption), ...condition });
    if (!written && (await client.read(move.key))?.text !== move.text)
      throw new UserError([appeared(bucket, move.key)]);
  } finally {
    await releaseLock(bucket, move.key, move.lock.ID);
  }
}

/** Releases the lock of a state key, if it has this ID and still is what was read. */
export async function releaseLock(bucket: BucketPlace, key: string, lockId: string): Promise<void> {
  const client = stateClient(bucket);
  const lockKey = key + LOCK_SUFFIX;
  const found = await client.read(lockKey);
  if (found === undefined || parseLockInfo(found.text)?.ID !== lockId) return;
  await client.remove(lockKey, found.etag);
}

function appeared(bucket: BucketPlace, key: string): Problem {
  return {
    code: "other-state",
    path: `s3://${bucket.name}/${key}`,
    message: "must be as it was looked at, but somebody wrote there meanwhile",
    fix: "Nothing was overwritten. Run the command again: it looks at what is there now.",
  };
}
