import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { parseLockInfo } from "../lock/lock-info";
import type { StateVersion } from "../migrate/live/digest-side";
import { LOCK_OPERATION, type LiveStore } from "../migrate/live/live-state";
import { readLockHistory, type LockVersion } from "../migrate/live/file-lock-history";
import { UserError } from "../problem/problem";
import { stateHead } from "../state/parse-state";
import { problemOf } from "./aws-problem";
import type { BucketPlace } from "./connect";
import { lockStore } from "./lock-store";
import { s3Objects, type S3Objects } from "./s3-objects";

/** S3 as a migration looks at it. It writes nothing. */
export function liveStore(bucket: BucketPlace): LiveStore {
  const objects = s3Objects(bucket);
  const locks = lockStore(bucket, objects);
  return {
    keysBelow: async function* (prefix) {
      for await (const { key } of objects.list(prefix)) yield key;
    },
    state: async (key) => {
      const reading = await objects.read(key);
      if (reading.found !== "object") return reading;
      const { bytes, etag, lastModified, versionId } = reading.object;
      // Terraform reads an empty object as no state.
      if (bytes?.length === 0) return { found: "nothing" };
      const noVersion = (versionId ?? "null") === "null" ? ({ hasVersion: false } as const) : {};
      return { found: "state", etag, lastModified, ...digested(bytes), ...noVersion };
    },
    fileLock: (lockKey) => locks.read(lockKey),
    fileRuns: async (lockKey) => {
      try {
        const { runs, locks: taken, cut } = await readLockHistory(objects.versions(lockKey));
        const lastByClient = await newestByClient(taken.slice(0, LOOKED_INTO), (id) =>
          versionBytes(bucket, objects, lockKey, id),
        );
        return { found: "runs", runs, lastByClient, cut };
      } catch (error) {
        const problem = problemOf(error);
        // A store without versions has answered: it knows no earlier lock.
        if (problem.code === "no-versions") return { found: "runs", runs: [], lastByClient: undefined };
        return { found: "unreadable", problem };
      }
    },
    pause: async (milliseconds) => {
      await pause(milliseconds);
    },
  };
}

/** How many past locks are read to tell this command's own locks from the locks of clients. */
const LOOKED_INTO = 3;

async function newestByClient(
  versions: readonly LockVersion[],
  bytesOf: (versionId: string) => Promise<Buffer>,
): Promise<Date | undefined> {
  for (const { versionId, writtenAt } of versions)
    if (parseLockInfo((await bytesOf(versionId)).toString("utf8"))?.Operation !== LOCK_OPERATION) return writtenAt;
  return undefined;
}

/** How many earlier versions of a state are read at most. */
const MOST_VERSIONS = 30;

/** Reads earlier versions of a state, newest first. @throws UserError if they may not be read */
export async function* stateVersions(bucket: BucketPlace, key: string): AsyncGenerator<StateVersion> {
  const objects = s3Objects(bucket);
  let read = 0;
  for await (const { versionId, kind, current } of objects.versions(key)) {
    if (kind !== "object" || current) continue;
    read += 1;
    if (read > MOST_VERSIONS) return;
    yield { versionId, ...digested(await versionBytes(bucket, objects, key, versionId)) };
  }
}

/** @throws UserError if the version cannot be read, or is gone by now */
async function versionBytes(bucket: BucketPlace, objects: S3Objects, key: string, versionId: string): Promise<Buffer> {
  const reading = await objects.read(key, { versionId });
  if (reading.found === "unreadable") throw new UserError([reading.problem], "unknown");
  if (reading.found === "object") return reading.object.bytes ?? Buffer.alloc(0);
  const gone = {
    code: "aws-call",
    path: `s3://${bucket.name}/${key}`,
    message: `lost version ${versionId} while this command read it: a lifecycle rule or somebody else deleted it`,
    fix: "Run the command again: it reads the remaining versions.",
  };
  throw new UserError([gone], "unknown");
}

function digested(bytes: Buffer = Buffer.alloc(0)): Pick<StateVersion, "md5" | "serial" | "lineage"> {
  const { serial, lineage } = stateHead(bytes.toString("utf8"));
  return { md5: createHash("md5").update(bytes).digest("hex"), serial, lineage };
}
