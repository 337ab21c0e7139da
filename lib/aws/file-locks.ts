import { setTimeout as pause } from "node:timers/promises";
import type { FileLocks } from "../lock/hold-locks";
import { runRelease } from "../lock/release-lock";
import { parseLockInfo } from "../lock/lock-info";
import { requireSafeLock } from "../lock/store-honours";
import { lockedProblem, takeLock } from "../lock/take-lock";
import { UserError } from "../problem/problem";
import { LOCK_SUFFIX } from "../state/state-keys";
import type { BucketPlace } from "./connect";
import { lockStore } from "./lock-store";
import { s3Objects } from "./s3-objects";

/** Takes and releases lock files in S3. Every write and delete is conditional. */
export function fileLocks(bucket: BucketPlace, objects = s3Objects(bucket)): FileLocks {
  return {
    takeLock: async (stateKey, lock, encryption) => {
      const lockKey = stateKey + LOCK_SUFFIX;
      const taker = {
        read: async () => {
          const reading = await objects.read(lockKey);
          if (reading.found === "unreadable") throw new UserError([reading.problem], "unknown");
          return reading.found === "nothing" ? undefined : { text: reading.object.bytes?.toString("utf8") ?? "" };
        },
        create: async (text: string) => {
          const answer = await objects.write(lockKey, text, { condition: { ifNoneMatch: "*" }, encryption });
          if (answer.reply === "failed") throw new UserError([answer.problem], "unknown");
          return answer.reply === "written";
        },
        pause: async (milliseconds: number) => {
          await pause(milliseconds);
        },
      };
      const path = `s3://${bucket.name}/${lockKey}`;
      if (await objects.isAws()) return takeLock(taker, lock, path);
      // Another store may overwrite a lock: look for one first.
      const holder = await taker.read();
      if (holder !== undefined && parseLockInfo(holder.text)?.ID !== lock.ID)
        throw new UserError([lockedProblem(path, holder.text)]);
      const honours = await objects.honours();
      requireSafeLock(honours, path);
      await takeLock(taker, lock, path, honours.takeAgain === "no");
    },
    releaseLock: (stateKey, lockId) =>
      runRelease(lockStore(bucket, objects), {
        lockKey: stateKey + LOCK_SUFFIX,
        proof: { id: lockId },
        confirm: () => Promise.resolve(true),
      }),
  };
}
