import type { Problem } from "../problem/problem";
import { parseLockInfo } from "./lock-info";
import type { LockObject, LockReading, RemoveReply } from "./lock-port";

/** Which lock is to go: the one with this ID, or, where its body cannot be read, the object with this ETag. */
export type LockProof = { readonly id: string } | { readonly etag: string };

/** How a release ended. Only `released` and `gone` mean that the lock that was named is no more. */
export type ReleaseResult =
  /** S3 says that it deleted the lock that was named. `current`: somebody has taken it since. `doubt`: why S3's word was not checked. */
  | {
      readonly outcome: "released";
      readonly lock: LockObject;
      readonly deleteMarker: string | undefined;
      readonly current?: LockObject;
      readonly doubt?: Problem;
    }
  /** It is gone, but not by S3's word to this run: somebody else released it, or an answer was lost. */
  | { readonly outcome: "gone"; readonly lock: LockObject; readonly answerLost: boolean }
  | { readonly outcome: "already-free" }
  /** Another lock is there. `answerLost`: this run's delete may have had its effect before that. */
  | {
      readonly outcome: "changed";
      readonly lock: LockObject;
      readonly current: LockObject;
      readonly answerLost: boolean;
    }
  | { readonly outcome: "other-lock"; readonly current: LockObject }
  /** The body cannot be read, so that no ID names it. */
  | { readonly outcome: "needs-etag"; readonly current: LockObject }
  /** The body can be read, so that its ID has to be named. */
  | { readonly outcome: "needs-id"; readonly current: LockObject }
  | { readonly outcome: "declined"; readonly lock: LockObject }
  /** It is still there: S3 refused, or kept failing. */
  | { readonly outcome: "still-held"; readonly lock: LockObject; readonly reply: RemoveReply }
  /** Nothing can be said: neither the delete's answer nor a look afterwards tells. */
  | { readonly outcome: "unknown"; readonly lock?: LockObject; readonly problem: Problem };

/** What to do next. */
export type ReleaseStep =
  | { readonly do: "read" }
  | { readonly do: "confirm"; readonly lock: LockObject }
  /** On condition that the ETag is still this lock's. There is no unconditional delete. */
  | { readonly do: "remove"; readonly lock: LockObject; readonly attempt: number }
  | { readonly do: "look"; readonly lock: LockObject; readonly attempt: number; readonly reply: RemoveReply }
  | { readonly do: "end"; readonly result: ReleaseResult };

/** A 409 says that another request on the key was under way; that often is worth another look. */
const ATTEMPTS = 3;

/** The first read decides whether the lock is the one that was named. */
export function afterRead(proof: LockProof, reading: LockReading): ReleaseStep {
  if (reading.found === "unreadable") return end({ outcome: "unknown", problem: reading.problem });
  if (reading.found === "nothing") return end({ outcome: "already-free" });
  const { object } = reading;
  const holder = object.text === undefined ? undefined : parseLockInfo(object.text);
  if ("etag" in proof) {
    if (holder !== undefined) return end({ outcome: "needs-id", current: object });
    if (bare(object.etag) !== bare(proof.etag)) return end({ outcome: "other-lock", current: object });
  } else {
    if (holder === undefined) return end({ outcome: "needs-etag", current: object });
    if (holder.ID !== proof.id) return end({ outcome: "other-lock", current: object });
  }
  return { do: "confirm", lock: object };
}

export function afterConfirm(lock: LockObject, confirmed: boolean): ReleaseStep {
  return confirmed ? { do: "remove", lock, attempt: 1 } : end({ outcome: "declined", lock });
}

/** Whatever S3 answers, the next thing is to look: an answer may belong to the second of two attempts. */
export function afterRemove(lock: LockObject, attempt: number, reply: RemoveReply): ReleaseStep {
  return { do: "look", lock, attempt, reply };
}

/** The answer and the look together say what happened. */
export function afterLook(lock: LockObject, attempt: number, reply: RemoveReply, reading: LockReading): ReleaseStep {
  const answerLost = reply.reply === "failed" || reply.attempts > 1;
  const { deleteMarker } = reply.reply === "deleted" ? reply : { deleteMarker: undefined };
  const released = { outcome: "released", lock, deleteMarker } as const;
  if (reading.found === "unreadable") {
    const problem = "problem" in reply ? reply.problem : reading.problem;
    return end(
      reply.reply === "deleted" ? { ...released, doubt: reading.problem } : { outcome: "unknown", lock, problem },
    );
  }
  if (reading.found === "nothing") {
    return end(reply.reply === "deleted" ? released : { outcome: "gone", lock, answerLost });
  }
  const current = reading.object;
  if (current.etag !== lock.etag) {
    return end(
      reply.reply === "deleted" ? { ...released, current } : { outcome: "changed", lock, current, answerLost },
    );
  }
  if (reply.reply === "conflict" && attempt < ATTEMPTS) return { do: "remove", lock, attempt: attempt + 1 };
  return end({ outcome: "still-held", lock, reply });
}

function end(result: ReleaseResult): ReleaseStep {
  return { do: "end", result };
}

/** ETags travel in quotes; people leave them out. */
function bare(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}
