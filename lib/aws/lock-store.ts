import { setTimeout as pause } from "node:timers/promises";
import type { LockStore } from "../lock/lock-port";
import type { BucketPlace } from "./connect";
import { s3Objects } from "./s3-objects";

/** A lock has about 250 bytes. A much longer object is something else, and its body is not read. */
const LONGEST_LOCK = 64 * 1024;

/** S3 as locks need it. */
export function lockStore(bucket: BucketPlace, objects = s3Objects(bucket)): LockStore {
  return {
    list: (prefix) => objects.list(prefix),
    read: async (key, within) => {
      const reading = await objects.read(key, { within, longest: LONGEST_LOCK });
      if (reading.found !== "object") return reading;
      const { bytes, etag, lastModified, versionId, size } = reading.object;
      return { found: "lock", object: { key, etag, lastModified, versionId, size, text: bytes?.toString("utf8") } };
    },
    stateWritten: (key) => objects.head(key),
    remove: (key, etag) => objects.remove(key, etag),
    now: () => objects.clock.now(),
    skew: () => objects.clock.skew(),
    pause: async (milliseconds) => {
      await pause(milliseconds);
    },
  };
}
