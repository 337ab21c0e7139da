import { setTimeout as pause } from "node:timers/promises";
import type { LockStore } from "../lock/lock-port";
import type { BucketPlace } from "./connect";
import { removeLock } from "./remove-lock";
import { readLock } from "./read-lock";
import { s3Objects } from "./s3-objects";

/** S3 as locks need it. */
export function lockStore(bucket: BucketPlace, objects = s3Objects(bucket)): LockStore {
  return {
    list: (prefix) => objects.list(prefix),
    read: (key, within) => readLock(objects, key, within),
    look: async (key) => {
      const reading = await readLock(objects, key);
      if (reading.found !== "unreadable" || !reading.lasting) return reading;
      // A HEAD needs no KMS key, and works for an object in an archive.
      const head = await objects.head(key);
      if (head.found !== "state" || head.etag === undefined || head.etag === "") return reading;
      const { etag, lastModified, versionId, size } = head;
      return { found: "lock", object: { key, etag, lastModified, versionId, size, text: undefined } };
    },
    stateWritten: (key) => objects.head(key),
    remove: (lock, unproven) => removeLock(objects, lock, unproven),
    now: () => objects.clock.now(),
    skew: () => objects.clock.skew(),
    pause: async (milliseconds) => {
      await pause(milliseconds);
    },
  };
}
