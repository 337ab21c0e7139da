import { writtenUnderFileLock } from "./lock-file-runs";
import type { LiveState } from "./live-state";

/**
 * Who wrote a state last, by what it left: `both`, `dynamodb` and `lockfile` are clients in that phase. `with-table` and
 * `without-table`: one that keeps the digest, or does not, and how it locked is not known. `no-lock`: neither.
 */
export const WRITERS = [
  "nobody",
  "both",
  "dynamodb",
  "lockfile",
  "with-table",
  "without-table",
  "no-lock",
  "unknown",
] as const;

export type Writer = (typeof WRITERS)[number];

/** Whether the digest in the table is that of the state. */
export type DigestVerdict = "matches" | "stale" | "missing" | "no-state" | "no-table" | "unknown";

/** Whether the digest in the table is that of the state; while a lock is held, one that differs says nothing. */
export function digestVerdict({ state, table, ...locks }: LiveState): DigestVerdict {
  if (table === undefined) return "no-table";
  if (state.found === "unreadable" || table.digest.found === "unreadable") return "unknown";
  if (table.digest.found === "nothing") return state.found === "nothing" ? "no-state" : "missing";
  if (table.digest.item.kind !== "digest") return "unknown";
  if (state.found === "state" && state.md5 === table.digest.item.digest) return "matches";
  return isLocked({ table, ...locks }) ? "unknown" : "stale";
}

/** True where a lock is held in either system, or may be. */
export function isLocked({ fileLock, table }: Pick<LiveState, "fileLock" | "table">): boolean {
  return fileLock.found !== "nothing" || (table !== undefined && table.lock.found !== "nothing");
}

/** Who wrote the state last. */
export function lastWriter(live: LiveState): Writer {
  const { state, fileRuns } = live;
  if (state.found === "nothing") return "nobody";
  const digest = digestVerdict(live);
  if (state.found === "unreadable" || digest === "unknown") return "unknown";
  const underFile = fileRuns.found === "runs" ? writtenUnderFileLock(state.lastModified, fileRuns.runs) : undefined;
  if (digest === "matches") return underFile === undefined ? "with-table" : underFile ? "both" : "dynamodb";
  // A digest that is missing may have been scrubbed after the write.
  if (digest === "missing" || digest === "no-table") return underFile === true ? "lockfile" : "unknown";
  return underFile === undefined ? "without-table" : underFile ? "lockfile" : "no-lock";
}
