import { randomUUID } from "node:crypto";
import type { BucketPlace } from "../../lib/aws/connect";
import { probeStore } from "../../lib/aws/probe-store";
import { encodedLock } from "../../lib/lock/lock-info";
import { LOCK_SUFFIX, PROBE_PREFIX } from "../../lib/state/state-keys";
import type { LockTrial } from "../../lib/verify/probe-port";
import { ownLock } from "./own-lock";

/** Returns a lock to try a bucket with, on a key that only this run uses. @param operation the command, as the lock names it */
export function lockTrial(place: BucketPlace, operation: string): LockTrial {
  const stateKey = PROBE_PREFIX + randomUUID();
  const path = `${place.name}/${stateKey}`;
  return {
    store: probeStore(place),
    lockKey: stateKey + LOCK_SUFFIX,
    newLock: () => {
      const lock = ownLock({ id: randomUUID(), operation, info: "a probe: may be deleted", path });
      return { id: lock.ID, text: encodedLock(lock) };
    },
  };
}
