import { underLocks, type StateLocks } from "../lock/hold-locks";
import type { LockInfo } from "../lock/lock-info";
import type { ObjectEncryption } from "../lock/object-encryption";
import { readCurrent, replaceState, stateChanged } from "../lock/replace-state";
import type { StateStore } from "../lock/state-store";
import { UserError } from "../problem/problem";

/** A state to write at a key. */
interface StateMove {
  readonly key: string;
  readonly text: string;
  /** Text of the state that it replaces. Undefined: the key must be free. */
  readonly replaces: string | undefined;
  /** The encryption that the backend at this key asks for. */
  readonly encryption: ObjectEncryption | undefined;
  /** The lock to take. An existing lock with the same ID is our own, of a run that was killed. */
  readonly lock: LockInfo;
}

/**
 * Writes a state under its lock, byte for byte, and only onto the state that it replaces. Terraform's own migration would
 * give the state a new lineage.
 * @throws UserError if somebody else holds the lock, if another state is there, or if the lock could not be released
 */
export async function moveState(store: StateStore, locks: StateLocks, move: StateMove): Promise<void> {
  const { key: stateKey, text, encryption, lock } = move;
  const { bucket } = locks;
  const { left } = await underLocks(locks, { stateKey, lock, encryption }, async () => {
    const now = await readCurrent(store, stateKey);
    if (now?.text === text) return;
    const isExpected =
      now === undefined ? move.replaces === undefined : now.text !== undefined && now.text === move.replaces;
    if (!isExpected) throw new UserError([stateChanged(bucket, stateKey)]);
    await replaceState(store, {
      bucket,
      stateKey,
      text,
      replaces: now,
      encryption,
      unproven: { code: "move-unproven" },
    });
  });
  if (left.length > 0) throw new UserError(left, "unknown");
}
