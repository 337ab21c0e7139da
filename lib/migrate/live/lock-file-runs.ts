import type { FileRun } from "./live-state";

/**
 * The locks that the versions of a lock key tell of, newest first: each was taken when its version was written, and
 * released when the next delete marker was. Locks follow each other within one of S3's whole seconds, so every marker
 * ends one lock and no other.
 */
export function fileRuns(versions: readonly Date[], deleteMarkers: readonly Date[]): FileRun[] {
  const ends = deleteMarkers.map((date) => date.getTime()).sort((left, right) => left - right);
  const starts = versions.map((date) => date.getTime()).sort((left, right) => left - right);
  const runs = starts.map((start, at) => {
    const next = starts[at + 1] ?? Infinity;
    const found = ends.findIndex((time) => time >= start && time <= next);
    const [end] = found < 0 ? [] : ends.splice(found, 1);
    return { taken: new Date(start), released: end === undefined ? undefined : new Date(end) };
  });
  return runs.reverse();
}

/** Whether a state was written while a lock with a file was held; undefined where what is known does not reach back. */
export function writtenUnderFileLock(written: Date, runs: readonly FileRun[]): boolean | undefined {
  const oldest = runs.at(-1);
  if (oldest === undefined || written < oldest.taken) return undefined;
  return runs.some(({ taken, released }) => taken <= written && (released === undefined || written <= released));
}

/**
 * The same where it has to be certain: S3's times are whole seconds, so what was written in the second in which a lock
 * was taken or released may have been written without it.
 */
export function certainlyUnderFileLock(written: Date, runs: readonly FileRun[]): boolean {
  return runs.some(({ taken, released }) => taken < written && released !== undefined && written < released);
}

/** One entry of a lock's history, as far as it tells when locks were taken and released. */
export interface LockVersion {
  readonly versionId: string;
  readonly kind: "object" | "delete-marker";
  readonly writtenAt: Date;
}

/** Versions and delete markers of a lock that are read at most: ten pages of S3's, some 5,000 runs. */
export const MOST_LOCK_VERSIONS = 10_000;

/** Reads the history of a lock, newest first, up to a limit. */
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
