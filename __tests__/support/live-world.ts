import { digestItemId, lockItemId } from "../../lib/lock/lock-table";
import type { StateVersion } from "../../lib/migrate/live/digest-side";
import { LOCK_OPERATION, type LiveState, type LiveStore } from "../../lib/migrate/live/live-state";
import { readLiveState } from "../../lib/migrate/live/read-live";
import type { RepairPorts } from "../../lib/migrate/step/repair-digest";
import { FakeFileLocks } from "./fake-file-locks";
import { FakeLockTable } from "./fake-lock-table";
import { liveState, lockInfo, MD5, minute, OTHER_MD5, TARGET } from "./live-state";

const { bucket, key } = TARGET;
const LOCK_ITEM = lockItemId(bucket, key);
export const DIGEST_ITEM = digestItemId(bucket, key);

/** A state, its versions, its locks and its items, in memory. */
export class LiveWorld {
  readonly s3 = new FakeFileLocks();
  readonly table = new FakeLockTable();
  state: LiveState["state"] = liveState().state;
  fileRuns: LiveState["fileRuns"] = { found: "runs", runs: [], lastByClient: undefined };
  versions: readonly StateVersion[] = [];
  takenOver: readonly string[] = [];

  get ports(): RepairPorts {
    const store: LiveStore = {
      keysBelow: () => listOf([]),
      state: () => Promise.resolve(this.state),
      fileLock: () => Promise.resolve(this.s3.peek(key)),
      fileRuns: () => Promise.resolve(this.fileRuns),
      pause: () => Promise.resolve(),
    };
    return {
      store,
      table: this.table,
      locks: { bucket, s3: this.s3, table: this.table, releaseCommand: () => "statelock locks release …" },
      versions: () => listOf(this.versions),
      takenOver: this.takenOver,
      newLock: (Path) => ({
        ...{
          ID: "ours",
          Operation: LOCK_OPERATION,
          Info: "",
          Who: "me@here",
          Version: "1",
          Created: "2026-11-23T10:00:00Z",
          Path,
        },
      }),
    };
  }

  look(): Promise<LiveState> {
    return readLiveState(this.ports, TARGET, key, undefined);
  }

  get digest(): string | undefined {
    const item = this.table.held.get(DIGEST_ITEM);
    return item?.kind === "digest" ? item.digest : undefined;
  }

  set digest(digest: string | undefined) {
    if (digest === undefined) this.table.held.delete(DIGEST_ITEM);
    else this.table.held.set(DIGEST_ITEM, { lockId: DIGEST_ITEM, attributes: {}, kind: "digest", digest });
  }

  holdFile(who: string): void {
    this.s3.held.set(key, lockInfo(who));
  }

  holdTable(who: string): void {
    this.table.held.set(LOCK_ITEM, { lockId: LOCK_ITEM, attributes: {}, kind: "lock", info: lockInfo(who) });
  }

  /** What a killed run left: its lock in S3, and where it came so far in the table too. */
  leave(where: "s3" | "table" | "both"): void {
    const { newLock } = this.ports;
    const info = JSON.stringify({ ...newLock(LOCK_ITEM), ID: "dead", Created: "2026-11-23T09:00:00Z" });
    if (where !== "table") this.s3.held.set(key, info);
    if (where !== "s3") this.table.held.set(LOCK_ITEM, { lockId: LOCK_ITEM, attributes: {}, kind: "lock", info });
  }

  /** Whether anybody holds a lock with a file, and one in the table. */
  get locked(): readonly [boolean, boolean] {
    return [this.s3.held.has(key), this.table.held.has(LOCK_ITEM)];
  }
}

/** A root on `lockfile`, and its state: the last client wrote it under a file lock and left the digest stale. */
export const OWNER = { ...TARGET, phase: "lockfile", table: undefined } as const;

export function scrubbable(): LiveWorld {
  const world = new LiveWorld();
  world.fileRuns = { found: "runs", runs: [{ taken: minute(4), released: minute(6) }], lastByClient: minute(4) };
  world.digest = OTHER_MD5;
  return world;
}

/** A state of serial 2, and in the table the digest of serial 1. */
export function staleWorld(): LiveWorld {
  const world = new LiveWorld();
  world.state = { ...liveState().state, found: "state", md5: MD5, serial: 2, lineage: "l" } as LiveWorld["state"];
  world.versions = [{ versionId: "v1", md5: OTHER_MD5, serial: 1, lineage: "l" }];
  world.digest = OTHER_MD5;
  return world;
}

async function* listOf<T>(all: readonly T[]): AsyncGenerator<T> {
  await Promise.resolve();
  yield* all;
}
