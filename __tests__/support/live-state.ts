import type { ItemReading, TableItem } from "../../lib/lock/lock-table";
import type { LiveState } from "../../lib/migrate/live/live-state";
import type { LiveTarget } from "../../lib/migrate/live/live-target";

/** A time of one hour, by its minute. */
export const minute = (count: number): Date => new Date(Date.UTC(2026, 10, 23, 10, count));

export const MD5 = "0123456789abcdef0123456789abcdef";
export const OTHER_MD5 = "ffffffffffffffffffffffffffffffff";

export const lockInfo = (who: string): string =>
  JSON.stringify({
    ID: "one",
    Operation: "OperationTypeApply",
    Info: "",
    Who: who,
    Version: "1.11.4",
    Created: "2026-11-23T10:00:00Z",
    Path: "",
  });

export const digestItem = (digest: string): ItemReading => ({
  found: "item",
  item: { kind: "digest", lockId: "b/app-md5", digest, attributes: {} },
});

export const lockItem = (who: string): ItemReading => ({
  found: "item",
  item: { kind: "lock", lockId: "b/app", info: lockInfo(who), attributes: {} } satisfies TableItem,
});

export const fileLock = (who: string): LiveState["fileLock"] => ({
  found: "lock",
  object: { key: "app.tflock", etag: "e", lastModified: minute(0), versionId: "v", size: 1, text: lockInfo(who) },
});

export const TARGET: LiveTarget = {
  root: "live/app",
  path: "live/app/main.tf:2",
  phase: "both",
  bucket: "b",
  key: "app",
  region: "eu-central-1",
  account: undefined,
  table: "locks",
  workspaceKeyPrefix: "env:",
  encryption: undefined,
};

/** A state on both: written at minute 5 under a lock with a file, its digest in the table, no lock held. */
export function liveState(change: Partial<LiveState> = {}): LiveState {
  return {
    stateKey: "app",
    workspace: undefined,
    state: { found: "state", md5: MD5, etag: "e", lastModified: minute(5), serial: 1, lineage: "l" },
    fileLock: { found: "nothing" },
    fileRuns: { found: "runs", runs: [{ taken: minute(4), released: minute(6) }], lastByClient: minute(4) },
    table: { lock: { found: "nothing" }, digest: digestItem(MD5) },
    ...change,
  };
}
