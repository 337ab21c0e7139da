import { runRelease } from "../lock/release-lock";
import type { FileLocks } from "../lock/hold-locks";
import { takeLock } from "../lock/take-lock";
import { LOCK_SUFFIX } from "../state/state-keys";
import type { BucketPlace } from "./connect";
import { lockStore } from "./lock-store";
import { lockTaker, stateClient } from "./s3-objects";

/** S3 as far as locks of states are taken and released in it: every write is conditional. */
export function fileLocks(bucket: BucketPlace): FileLocks {
  const client = stateClient(bucket);
  const store = lockStore(bucket);
  return {
    takeLock: async (stateKey, lock, encryption) => {
      const lockKey = stateKey + LOCK_SUFFIX;
      await takeLock(lockTaker(client, lockKey, encryption), lock, `s3://${bucket.name}/${lockKey}`);
    },
    releaseLock: (stateKey, lockId) =>
      runRelease(store, {
        lockKey: stateKey + LOCK_SUFFIX,
        proof: { id: lockId },
        confirm: () => Promise.resolve(true),
      }),
  };
}
