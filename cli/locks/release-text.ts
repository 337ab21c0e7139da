import type { ReleaseResult } from "../../lib/lock/release-decisions";
import { parseLockInfo } from "../../lib/lock/lock-info";
import type { LockObject } from "../../lib/lock/lock-port";
import { plainText } from "../../lib/text/plain-text";
import type { Problem } from "../../lib/problem/problem";
import { EXIT } from "../screen/report-error";

/** How a release is told: a sentence where the named lock is no more, a problem where it is not. */
export type ReleaseTold =
  | { readonly exit: typeof EXIT.fine; readonly text: string; readonly warning?: string }
  | { readonly exit: typeof EXIT.refused | typeof EXIT.unknown; readonly problem: Problem };

const LOST = "S3's answer to the delete was lost, so this run or another may have removed it";

/** The truth about a release, for the screen and for the exit code. */
export function releaseTold(result: ReleaseResult, path: string, showCommand: string): ReleaseTold {
  const refused = (problem: Omit<Problem, "path">): ReleaseTold => ({
    exit: EXIT.refused,
    problem: { ...problem, path },
  });
  switch (result.outcome) {
    case "released": {
      const { current, doubt } = result;
      if (doubt !== undefined)
        return {
          exit: EXIT.fine,
          text: "Released, says S3; it could not be looked at afterwards.",
          warning: doubt.message,
        };
      if (current === undefined) return { exit: EXIT.fine, text: "Released: the state is free." };
      return { exit: EXIT.fine, text: `Released; ${holderText(current)} has taken it since.` };
    }
    case "gone":
      return {
        exit: EXIT.fine,
        text: result.answerLost
          ? `The lock is gone. ${LOST}.`
          : "The lock is gone: somebody else released it just now; this run deleted nothing.",
      };
    case "already-free":
      return { exit: EXIT.fine, text: "There is no lock at this key: nothing to release." };
    case "changed":
      return refused({
        code: "lock-changed",
        message: `must still be the lock that was looked at, but ${holderText(result.current)} holds it now. ${result.answerLost ? `The one that was named is gone: ${LOST}` : "Nothing was deleted"}`,
        fix: `Look at the new one: ${showCommand}`,
      });
    case "other-lock":
      return refused({
        code: "lock-changed",
        message: `must be the lock that was named, but ${holderText(result.current)} holds it. Nothing was deleted`,
        fix: `Look at it first: ${showCommand}`,
      });
    case "needs-etag":
      return refused({
        code: "lock-unreadable",
        message: `must have a body that Terraform could read to be released by ID, and it has not; its ETag is ${result.current.etag}. Nothing was deleted`,
        fix: `If nobody needs it, name it by --etag ${result.current.etag} instead of --id.`,
      });
    case "needs-id":
      return refused({
        code: "lock-readable",
        message: `must be released by its ID, for its body can be read: ${holderText(result.current)} holds it. Nothing was deleted`,
        fix: "Name it by --id instead of --etag.",
      });
    case "declined":
      return refused({
        code: "not-confirmed",
        message: "must be confirmed, and was not. Nothing was deleted",
        fix: "Run it again when you are sure.",
      });
    case "still-held":
      return { exit: EXIT.unknown, problem: stillHeld(result, path) };
    case "unknown":
      return {
        exit: EXIT.unknown,
        problem: {
          ...result.problem,
          path,
          message: `${result.problem.message}. ${result.lock === undefined ? "Nothing was deleted" : "Whether the lock is still there could not be told"}`,
        },
      };
  }
}

function stillHeld({ reply }: Extract<ReleaseResult, { outcome: "still-held" }>, path: string): Problem {
  if ("problem" in reply) {
    const { problem } = reply;
    return { ...problem, path, message: `${problem.message}. The lock is still there, unchanged` };
  }
  const said = {
    deleted: "204, deleted",
    gone: "404, gone",
    changed: "412, changed",
    conflict: "409, another request is under way",
  };
  return {
    code: "lock-still-held",
    path,
    message: `must be gone after the delete, but S3 says "${said[reply.reply]}" and still has the same lock`,
    fix: "Run the command again. When it stays, this store does not do conditional deletes as S3 does.",
  };
}

/** Who holds a lock, in half a sentence. */
export function holderText(lock: LockObject): string {
  const info = lock.text === undefined ? undefined : parseLockInfo(lock.text);
  if (info === undefined) return `somebody (unreadable body, ETag ${lock.etag})`;
  return `${plainText(info.Who, 200)} (ID ${plainText(info.ID, 100)}, ${plainText(info.Operation, 60)})`;
}
