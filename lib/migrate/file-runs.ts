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
