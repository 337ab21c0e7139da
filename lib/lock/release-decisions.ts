import type { Problem } from "../problem/problem";
import { parseLockInfo } from "./lock-info";
import { isSameLock, type LockObject, type LockReading, type RemovalProof, type RemoveReply } from "./lock-port";

/** Names the lock to release: by its ID or, if its body is unreadable, by its ETag. */
export type LockProof = { readonly id: string } | { readonly etag: string };

/** How a release ended. Only `released` and `gone` mean that the named lock is gone. */
export type ReleaseResult =
  /** S3 answered that it deleted the lock. `current`: somebody has taken it since. `doubt`: why the answer could not be checked. */
  | {
      readonly outcome: "released";
      readonly lock: LockObject;
      readonly deleteMarker: string | undefined;
      /** @default "etag" */
      readonly by?: RemovalProof;
      /** Version of another lock, which an unproven delete hit. */
      readonly hit?: string | undefined;
      readonly current?: LockObject;
      readonly doubt?: Problem;
    }
  /** The lock is gone: somebody else released it, or S3's answer to this run was lost. */
  | { readonly outcome: "gone"; readonly lock: LockObject; readonly answerLost: boolean }
  | { readonly outcome: "already-free" }
  /** Another lock is there. `answerLost`: this run may have deleted the named lock before. */
  | {
      readonly outcome: "changed";
      readonly lock: LockObject;
      readonly current: LockObject;
      readonly answerLost: boolean;
    }
  | { readonly outcome: "other-lock"; readonly current: LockObject }
  /** The body is unreadable or has no ID, so no ID names the lock. */
  | { readonly outcome: "needs-etag"; readonly current: LockObject }
  /** The body has an ID, so the ID must name the lock. */
  | { readonly outcome: "needs-id"; readonly current: LockObject }
  | { readonly outcome: "declined"; readonly lock: LockObject }
  /** The lock is still there: S3 refused, or kept failing. */
  | { readonly outcome: "still-held"; readonly lock: LockObject; readonly reply: RemoveReply }
  /** Neither the answer to the delete nor a look afterwards shows what happened. */
  | { readonly outcome: "unknown"; readonly lock?: LockObject; readonly problem: Problem };

/** The next step of a release. */
export type ReleaseStep =
  | { readonly do: "read" }
  | { readonly do: "confirm"; readonly lock: LockObject }
  /** Delete exactly this lock. */
  | { readonly do: "remove"; readonly lock: LockObject; readonly attempt: number }
  | { readonly do: "look"; readonly lock: LockObject; readonly attempt: number; readonly reply: RemoveReply }
  | { readonly do: "end"; readonly result: ReleaseResult };

/** Attempts at a delete: a 409 says that another request on the key was running, and is never a success. */
const ATTEMPTS = 3;

/** Compares the lock that was read with the named one. */
export function afterRead(proof: LockProof, reading: LockReading): ReleaseStep {
  if (reading.found === "unreadable") return end({ outcome: "unknown", problem: reading.problem });
  if (reading.found === "nothing") return end({ outcome: "already-free" });
  const { object } = reading;
  const holder = object.text === undefined ? undefined : parseLockInfo(object.text);
  if ("etag" in proof) {
    if (holder !== undefined && holder.ID !== "") return end({ outcome: "needs-id", current: object });
    if (bare(object.etag) !== bare(proof.etag)) return end({ outcome: "other-lock", current: object });
  } else {
    if (holder === undefined || holder.ID === "") return end({ outcome: "needs-etag", current: object });
    if (holder.ID !== proof.id) return end({ outcome: "other-lock", current: object });
  }
  return { do: "confirm", lock: object };
}

export function afterConfirm(lock: LockObject, confirmed: boolean): ReleaseStep {
  return confirmed ? { do: "remove", lock, attempt: 1 } : end({ outcome: "declined", lock });
}

/** Looks, whatever S3 answered: the answer may belong to the second of two attempts. */
export function afterRemove(lock: LockObject, attempt: number, reply: RemoveReply): ReleaseStep {
  return { do: "look", lock, attempt, reply };
}

/** Concludes from the answer and the look what happened. */
export function afterLook(lock: LockObject, attempt: number, reply: RemoveReply, reading: LockReading): ReleaseStep {
  const answerLost = reply.reply === "failed" || reply.attempts > 1;
  const { deleteMarker, by = "etag", hit } = reply.reply === "deleted" ? reply : { deleteMarker: undefined };
  const released = { outcome: "released", lock, deleteMarker, by, ...(hit === undefined ? {} : { hit }) } as const;
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
  if (!isSameLock(current, lock)) {
    return end(
      reply.reply === "deleted" ? { ...released, current } : { outcome: "changed", lock, current, answerLost },
    );
  }
  // Without the newest version, an older write of the same lock may be visible again.
  const again = reply.reply === "conflict" || (by === "version" && current.versionId !== lock.versionId);
  if (again && attempt < ATTEMPTS) return { do: "remove", lock: current, attempt: attempt + 1 };
  return end({ outcome: "still-held", lock, reply });
}

function end(result: ReleaseResult): ReleaseStep {
  return { do: "end", result };
}

/** Removes the quotes of an ETag: people leave them out. */
function bare(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}
