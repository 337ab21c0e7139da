import type { ReleaseResult } from "../../lib/lock/release-decisions";
import { holderText } from "../../lib/lock/holder-text";
import { parseLockInfo } from "../../lib/lock/lock-info";
import type { LockObject } from "../../lib/lock/lock-port";
import { reworded, type Problem } from "../../lib/problem/problem";
import { shellQuoted } from "../../lib/text/shell-quoted";
import { EXIT } from "../screen/report-error";

/** The end of a release: a sentence if the named lock is gone, a problem if it is not. */
export type ReleaseTold =
  | { readonly exit: typeof EXIT.fine; readonly text: string; readonly warning?: string }
  | { readonly exit: typeof EXIT.refused | typeof EXIT.unknown; readonly problem: Problem };

const LOST = "S3's answer to the delete was lost, so this run or somebody else removed it";

/** Returns what a release came to, for the screen and for the exit code. */
export function releaseTold(result: ReleaseResult, path: string, showCommand: string): ReleaseTold {
  const refused = (problem: Omit<Problem, "path">): ReleaseTold => ({
    exit: EXIT.refused,
    problem: { ...problem, path },
  });
  switch (result.outcome) {
    case "released":
      return released(result, path);
    case "gone":
      return {
        exit: EXIT.fine,
        text: result.answerLost
          ? `The lock is gone. ${LOST}.`
          : "The lock is gone: somebody else released it just now. This run deleted nothing.",
      };
    case "already-free":
      return { exit: EXIT.fine, text: "There is no lock at this key: nothing to release." };
    case "changed":
      return refused({
        code: "lock-changed",
        message: `changed after this command read it: ${holder(result.current)} holds the lock now. ${result.answerLost ? `The lock that you named is gone: ${LOST}` : "Statelock deleted nothing"}`,
        fix: `Look at the new lock: ${showCommand}`,
      });
    case "other-lock":
      return refused({
        code: "lock-changed",
        message: `must be the lock that you named, but ${holder(result.current)} holds it. Statelock deleted nothing`,
        fix: `Look at the lock first: ${showCommand}`,
      });
    case "needs-etag":
      return refused({
        code: "lock-unreadable",
        message: `must have a readable body with an ID to be released by ID; its ETag is ${result.current.etag}. Statelock deleted nothing`,
        fix: `If nobody needs the lock, pass --etag ${shellQuoted(result.current.etag)} instead of --id.`,
      });
    case "needs-id":
      return refused({
        code: "lock-readable",
        message: `must be released by its ID, because its body is readable: ${holder(result.current)} holds it. Statelock deleted nothing`,
        fix: "Pass --id instead of --etag.",
      });
    case "declined":
      return refused({
        code: "not-confirmed",
        message: "must be confirmed, and was not. Statelock deleted nothing",
        fix: "Run the command again when you are sure.",
      });
    case "still-held":
      return {
        exit: result.reply.reply === "unproven" ? EXIT.refused : EXIT.unknown,
        problem: stillHeld(result, path),
      };
    case "unknown": {
      const { problem, lock } = result;
      const end = lock === undefined ? "Statelock deleted nothing" : "The lock may still be there";
      return { exit: EXIT.unknown, problem: reworded(problem, { path, message: `${problem.message}. ${end}` }) };
    }
  }
}

function released(result: Extract<ReleaseResult, { outcome: "released" }>, path: string): ReleaseTold {
  const { lock, by, hit, current, doubt } = result;
  if (hit !== undefined) return { exit: EXIT.refused, problem: lockHit(hit, path) };
  if (doubt !== undefined) {
    const warning = `Statelock could not check that afterwards: ${doubt.message}.`;
    return { exit: EXIT.fine, text: "S3 answered that it released the lock.", warning };
  }
  const unproven = by === "nothing" ? { warning: NOT_SEEN } : {};
  if (current === undefined) return { exit: EXIT.fine, text: "Released: the state is free.", ...unproven };
  if (by === "version" && current.lastModified < lock.lastModified)
    return {
      exit: EXIT.fine,
      text: `Released; an older lock is visible again: ${holder(current)} holds it.`,
      warning: TWO,
    };
  return { exit: EXIT.fine, text: `Released; ${holder(current)} has taken it since.`, ...unproven };
}

const NOT_SEEN =
  "This store shows nothing about a lock that somebody took between the last look and the delete: check that no run started just now.";

const TWO = "The store let two runs take one lock: run `statelock verify` on the bucket, and use another store.";

function lockHit(version: string, path: string): Problem {
  return {
    code: "lock-hit",
    path,
    message: `was taken by somebody else between the last look and the delete, and Statelock deleted that lock: version ${version}`,
    fix: "Stop the run that holds it now: two runs may write one state. `aws s3api get-object` with that version ID shows the holder.",
  };
}

function stillHeld({ reply }: Extract<ReleaseResult, { outcome: "still-held" }>, path: string): Problem {
  if ("problem" in reply) {
    const { problem } = reply;
    if (reply.reply === "unproven") return reworded(problem, { path });
    return reworded(problem, { path, message: `${problem.message}. The lock is still there, unchanged` });
  }
  const answers = {
    deleted: "204, deleted",
    gone: "404, gone",
    changed: "412, changed",
    conflict: "409, another request is running",
  };
  return {
    code: "lock-still-held",
    path,
    message: `still holds the same lock, although S3 answered "${answers[reply.reply]}" to the delete`,
    fix: "Run the command again. If this happens again, the store does not support conditional deletes as S3 does.",
  };
}

function holder(lock: LockObject): string {
  const info = lock.text === undefined ? undefined : parseLockInfo(lock.text);
  return info === undefined ? `somebody (unreadable body, ETag ${lock.etag})` : holderText(info);
}
