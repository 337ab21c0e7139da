import { digestMatch, digestText } from "../../lock/table-digest";
import { writtenUnderFileLock } from "./file-lock-history";
import type { LiveState } from "./live-state";

/**
 * Who wrote a state last, judged by the traces that the client left.
 * - `both`, `dynamodb`, `lockfile`: a client in that phase.
 * - `with-table`, `without-table`: a client that writes the digest, or does not; how it locked is not known.
 * - `no-lock`: a client that neither writes the digest nor locks with a file.
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

type Writer = (typeof WRITERS)[number];

/** How the digest in the table compares with the state. */
type DigestVerdict = "matches" | "stale" | "missing" | "no-state" | "no-table" | "unknown";

/**
 * Compares the digest in the table with the state. A digest that clients ignore counts as missing. A difference proves
 * nothing while somebody holds a lock.
 */
export function digestVerdict({ state, table, ...locks }: LiveState): DigestVerdict {
  if (table === undefined) return "no-table";
  if (state.found === "unreadable" || table.digest.found === "unreadable") return "unknown";
  const item = table.digest.found === "item" ? table.digest.item : undefined;
  if (item !== undefined && item.kind !== "digest") return "unknown";
  const match = digestMatch(digestText(item), state.found === "state" ? state.md5 : undefined);
  if (match === "none") return state.found === "nothing" ? "no-state" : "missing";
  if (match === "same") return "matches";
  return isLocked({ table, ...locks }) ? "unknown" : "stale";
}

/** True if somebody holds a lock in S3 or in the table, or may hold one. */
export function isLocked({ fileLock, table }: Pick<LiveState, "fileLock" | "table">): boolean {
  return fileLock.found !== "nothing" || (table !== undefined && table.lock.found !== "nothing");
}

/** Judges who wrote the state last. */
export function lastWriter(live: LiveState): Writer {
  const { state, fileRuns } = live;
  if (state.found === "nothing") return "nobody";
  const digest = digestVerdict(live);
  if (state.found === "unreadable" || digest === "unknown") return "unknown";
  const underFile = fileRuns.found === "runs" ? writtenUnderFileLock(state.lastModified, fileRuns.runs) : undefined;
  if (digest === "matches") return underFile === undefined ? "with-table" : underFile ? "both" : "dynamodb";
  // `migrate scrub` may have removed the digest after the write.
  if (digest === "missing" || digest === "no-table") return underFile === true ? "lockfile" : "unknown";
  return underFile === undefined ? "without-table" : underFile ? "lockfile" : "no-lock";
}
