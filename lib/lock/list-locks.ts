import { durationText } from "../text/duration";
import { forEachLimited } from "../work/for-each-limited";
import type { Inventory } from "../inventory/inventory";
import { LOCK_SUFFIX } from "../state/state-keys";
import { TOLERATED_SKEW } from "./lock-verdict";
import { findLocks, type ListedLock } from "./find-locks";
import { ownerOf, TABLES_UNSEEN } from "../inventory/state-owner";
import type { ListedObject, LockStore, StateWritten } from "./lock-port";
import { lockReport, unreadableText, type LockList, type LockReport } from "./lock-report";

/** What to list. */
export interface LockListRequest {
  readonly bucket: string;
  readonly inventory: Inventory | undefined;
  /** Milliseconds. */
  readonly longestRun: number;
  /** @default - the whole bucket */
  readonly prefix?: string;
  /** Called for every listed object except locks. */
  readonly onObject?: (object: ListedObject) => void;
  /** Called with the progress of the listing. */
  readonly say?: (text: string) => void;
}

/** Objects in one page of S3's listing. */
const PAGE = 1_000;

/** Locks that are read at the same time. */
const CONCURRENCY = 16;

/** Lists every lock of the bucket, oldest first. Reads locks while the listing continues, and skips a lock that is released by then. */
export async function listLocks(store: LockStore, request: LockListRequest): Promise<LockList> {
  let objects = 0;
  const locks: LockReport[] = [];
  const unreadable: LockList["unreadable"] = [];
  const counted = async function* (): AsyncGenerator<ListedObject> {
    for await (const object of store.list(request.prefix)) {
      objects += 1;
      if (objects % PAGE === 0) request.say?.(`${String(objects)} objects`);
      if (!object.key.endsWith(LOCK_SUFFIX)) request.onObject?.(object);
      yield object;
    }
  };
  await forEachLimited(findLocks(counted()), CONCURRENCY, async ({ lock, state }: ListedLock) => {
    const reading = await store.read(lock.key);
    const problem = unreadableText(reading);
    if (problem !== undefined) unreadable.push({ lockKey: lock.key, problem });
    if (reading.found !== "lock") return;
    const owner = ownerOf(reading.object.key.slice(0, -LOCK_SUFFIX.length), request.inventory);
    const sighting = { bucket: request.bucket, object: reading.object, state: listed(state), owner };
    locks.push(lockReport(sighting, { now: store.now(), longestRun: request.longestRun }));
  });
  locks.sort((a, b) => (a.takenAt === b.takenAt ? (a.lockKey < b.lockKey ? -1 : 1) : a.takenAt < b.takenAt ? -1 : 1));
  const at = store.now().toISOString();
  const notes = listNotes(store, request);
  return { version: 1, command: "locks list", bucket: request.bucket, at, objects, locks, unreadable, notes };
}

function listed(state: ListedObject | undefined): StateWritten {
  if (state === undefined) return { found: "nothing" };
  return { found: "state", lastModified: state.lastModified, size: state.size, versionId: undefined };
}

/** Says what the list cannot show, and whether clocks disagree. */
function listNotes(store: LockStore, { inventory }: LockListRequest): string[] {
  const legacy = (inventory?.consumers ?? []).filter(({ locking }) => locking === "dynamodb").map(({ name }) => name);
  return [
    ...clockNotes(store),
    ...(inventory === undefined ? [TABLES_UNSEEN] : []),
    ...(legacy.length > 0
      ? [
          `${legacy.join(", ")} ${legacy.length === 1 ? "locks" : "lock"} only in DynamoDB: these locks are not in the bucket`,
        ]
      : []),
  ];
}

/** Returns a note if the local clock is wrong: it makes the ages in every other tool wrong. */
export function clockNotes(store: LockStore): string[] {
  const skew = store.skew();
  if (Math.abs(skew) <= TOLERATED_SKEW) return [];
  return [
    `your clock is ${durationText(Math.abs(skew))} ${skew > 0 ? "ahead of" : "behind"} S3's; ages here are by S3's`,
  ];
}
