import { plainText } from "../../text/plain-text";
import type { Problem } from "../../problem/problem";
import { MOST_LOCK_VERSIONS } from "./file-lock-history";
import type { LiveState } from "./live-state";

/** Returns a problem for each question about a state that S3 or DynamoDB did not answer. */
export function unanswered({ stateKey, state, fileLock, fileRuns, table }: LiveState): Problem[] {
  const problems = [state, fileLock, fileRuns, ...(table === undefined ? [] : [table.lock, table.digest])].flatMap(
    (reading) => (reading.found === "unreadable" ? [reading.problem] : []),
  );
  const digest = table?.digest;
  if (digest?.found === "item" && digest.item.kind !== "digest") problems.push(noDigest(digest.item.lockId));
  if (state.found === "state" && fileRuns.found === "runs" && fileRuns.cut === true) {
    const oldest = fileRuns.runs.at(-1);
    if (oldest === undefined || state.lastModified < oldest.taken) problems.push(historyCut(stateKey));
  }
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function historyCut(stateKey: string): Problem {
  const most = String(MOST_LOCK_VERSIONS);
  return {
    code: "lock-history",
    path: `the versions of ${plainText(stateKey, Infinity)}.tflock`,
    message: `do not show how the state was locked when it was written: the newest ${most}, which Statelock read, are all younger`,
    fix: "Let a client write the state once, or let a lifecycle rule expire old versions of locks.",
  };
}

function noDigest(lockId: string): Problem {
  return {
    code: "digest-unreadable",
    path: `item ${plainText(lockId, Infinity)}`,
    message: "must hold a digest and nothing else, got another item",
    fix: "Look at the item: it may be the lock of a state whose key ends in -md5, which has the name of this digest.",
  };
}
