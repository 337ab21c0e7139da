import type { Inventory } from "../inventory/inventory";
import { ownerOf } from "../inventory/state-owner";
import { LOCK_SUFFIX } from "../state/state-keys";
import type { LockObject, LockStore } from "./lock-port";
import { lockReport, type LockReport } from "./lock-report";
import { DEFAULT_LONGEST_RUN } from "./lock-verdict";

/** Where a lock is, and who its consumer may be. */
interface LockSurroundings {
  readonly bucket: string;
  readonly inventory: Inventory | undefined;
}

/** Looks at the state of a lock that was just read, and returns everything that is known of the lock. */
export async function readLockReport(
  store: LockStore,
  { bucket, inventory }: LockSurroundings,
  object: LockObject,
  longestRun = DEFAULT_LONGEST_RUN,
): Promise<LockReport> {
  const stateKey = object.key.slice(0, -LOCK_SUFFIX.length);
  const state = await store.stateWritten(stateKey);
  const owner = ownerOf(stateKey, inventory);
  return lockReport({ bucket, object, state, owner }, { now: store.now(), longestRun });
}
