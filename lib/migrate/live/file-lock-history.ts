import type { FileRun } from "./live-state";

/**
 * Returns the locks that the versions of a lock key prove, newest first. A client took a lock when S3 wrote its version,
 * and released it when S3 wrote the next delete marker. Two locks can begin within one of S3's whole seconds, so each
 * marker ends exactly one lock.
 */
export function fileRuns(versions: readonly Date[], deleteMarkers: readonly Date[]): FileRun[] {
  const ends = deleteMarkers.map((date) => date.getTime()).sort((left, right) => left - right);
  const starts = versions.map((date) => date.getTime()).sort((left, right) => left - right);
  const runs = starts.map((start, at) => {
    const next = starts[at + 1] ?? Infinity;
    const index = ends.findIndex((time) => time >= start && time <= next);
    const [end] = index < 0 ? [] : ends.splice(index, 1);
    return { taken: new Date(start), released: end === undefined ? undefined : new Date(end) };
  });
  return runs.reverse();
}

/** True if a client held a file lock when the state was written. Undefined if the known history is too short to tell. */
export function writtenUnderFileLock(written: Date, runs: readonly FileRun[]): boolean | undefined {
  const oldest = runs.at(-1);
  if (oldest === undefined || written < oldest.taken) return undefined;
  return runs.some(({ taken, released }) => taken <= written && (released === undefined || written <= released));
}

/**
 * True only if the state was certainly written under a file lock. S3's times are whole seconds, so a write in the second
 * in which a client took or released the lock does not count.
 */
export function certainlyUnderFileLock(written: Date, runs: readonly FileRun[]): boolean {
  return runs.some(({ taken, released }) => taken < written && released !== undefined && written < released);
}

/** One version or delete marker of a lock key. */
export interface LockVersion {
  readonly versionId: string;
  readonly kind: "object" | "delete-marker";
  readonly writtenAt: Date;
}

/** How many versions and delete markers of a lock key Statelock reads at most: ten pages of S3, about 5,000 runs. */
export const MOST_LOCK_VERSIONS = 10_000;

/** Reads the history of a lock, newest first, up to a limit. `cut` is true if there is more. */
export async function readLockHistory(
  entries: AsyncIterable<LockVersion>,
  limit = MOST_LOCK_VERSIONS,
): Promise<{ readonly runs: readonly FileRun[]; readonly locks: readonly LockVersion[]; readonly cut: boolean }> {
  const read: LockVersion[] = [];
  let cut = false;
  for await (const entry of entries) {
    cut = read.length === limit;
    if (cut) break;
    read.push(entry);
  }
  const of = (kind: LockVersion["kind"]): readonly LockVersion[] => read.filter((entry) => entry.kind === kind);
  const times = (kind: LockVersion["kind"]): Date[] => of(kind).map(({ writtenAt }) => writtenAt);
  return {
    runs: fileRuns(times("object"), times("delete-marker")),
    locks: of("object"),
    cut,
  };
}
