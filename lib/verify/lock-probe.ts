import type { LockReading, RemoveReply } from "../lock/lock-port";
import { FOREIGN_ETAG } from "../lock/store-honours";
import { runRelease, type ReleaseStore } from "../lock/release-lock";
import type { Problem } from "../problem/problem";
import { unreadableBecause, type Reading, type Unreadable } from "./posture";

/** S3's answer to taking a lock, which is a write with `If-None-Match: *`. Only a 412 is `refused`. */
export type TakeReply =
  | { readonly reply: "taken" | "refused" }
  | {
      readonly reply: "failed";
      /** True if S3 cannot have written anything: it refused the request, or the request never left. */
      readonly nothingWritten: boolean;
      readonly problem: Problem;
    };

/** The S3 operations of the probe: `ReleaseStore`, with which every command reads and releases locks, and `take`. */
export interface ProbeStore extends ReleaseStore {
  take(lockKey: string, text: string): Promise<TakeReply>;
  /** Deletes the object on condition of this ETag. */
  removeIf(lockKey: string, etag: string): Promise<RemoveReply>;
}

/** A lock that the probe writes, to a key of its own. */
export interface ProbeLock {
  readonly id: string;
  /** Its body, as Terraform writes it. */
  readonly text: string;
}

/**
 * Proves that the store honours locks. The probe takes the first lock and tries four things: S3 returns it, S3 refuses the
 * second lock, S3 refuses a delete with another ETag, and the release deletes it. Some stores that speak S3 ignore these
 * conditions, so their locks protect nothing.
 * @param locks two locks with different IDs: the holder's, and the second taker's
 * @returns `value` with the reason why a lock protects nothing, `value: undefined` if locks work, or `unreadable` if the
 * probe could not tell
 */
export async function probeLock(
  store: ProbeStore,
  key: string,
  locks: readonly [ProbeLock, ProbeLock],
): Promise<Reading<string>> {
  const taken = await store.take(key, locks[0].text);
  if (taken.reply === "failed" && taken.nothingWritten) return unreadableBecause(taken.problem);
  const found = taken.reply === "failed" ? unreadableBecause(taken.problem) : await probe(store, key, locks);
  if ("value" in found && found.value === undefined) return found;
  const where = (await isLeftBehind(store, key)) ? ` (${key} may still exist)` : "";
  return "value" in found
    ? { value: `${String(found.value)}${where}` }
    : { ...found, unreadable: found.unreadable + where };
}

async function probe(
  store: ProbeStore,
  key: string,
  [first, second]: readonly [ProbeLock, ProbeLock],
): Promise<Reading<string>> {
  // If the answer to the first write is lost, the SDK sends it again, and S3 refuses it because the probe is already there.
  // So look at the object, whatever S3 answered.
  const held = await store.read(key);
  if (held.found !== "lock") return unreadable(held, `the probe was written, but S3 has no ${key}`);
  if (held.object.text !== first.text) return { unreadable: "the probe was written, but S3 returns another object" };

  const again = await store.take(key, second.text);
  if (again.reply === "failed") return unreadableBecause(again.problem);
  const kept = await store.read(key);
  if (again.reply === "taken" || (kept.found === "lock" && kept.object.text !== first.text))
    return { value: "the store accepts a second write with If-None-Match, so a lock protects nothing" };
  if (kept.found !== "lock") return unreadable(kept, `S3 refused a second taker, but then has no ${key}`);

  const foreign = await store.removeIf(key, FOREIGN_ETAG);
  if (foreign.reply === "deleted")
    return { value: "the store accepts a delete with another object's ETag, so releasing a lock is not safe" };
  if ("problem" in foreign) return unreadableBecause(foreign.problem);
  if (foreign.reply !== "changed")
    return { unreadable: `S3 answered "${foreign.reply}", not 412, to a delete with another object's ETag` };

  return released(store, key, first);
}

/** Releases the probe as `locks release` does. */
async function released(store: ProbeStore, key: string, { id }: ProbeLock): Promise<Reading<string>> {
  const request = { lockKey: key, proof: { id }, confirm: () => Promise.resolve(true) };
  const result = await runRelease(store, request);
  switch (result.outcome) {
    case "gone":
      return { value: undefined };
    case "released":
      return result.doubt === undefined ? { value: undefined } : unreadableBecause(result.doubt);
    case "still-held":
      return "problem" in result.reply
        ? unreadableBecause(result.reply.problem)
        : { value: `S3 answered "${result.reply.reply}" to the release of the probe, but ${key} still exists` };
    case "unknown":
      return unreadableBecause(result.problem);
    default:
      return { unreadable: `the probe held the lock, but then S3 shows that ${key} is ${result.outcome}` };
  }
}

/** Deletes the probe after a failure, with any body: only this run uses the key. Returns true if it may still exist. */
async function isLeftBehind(store: ProbeStore, key: string): Promise<boolean> {
  const left = await store.read(key);
  if (left.found !== "lock") return left.found === "unreadable";
  return (await store.remove(left.object, true)).reply !== "deleted";
}

function unreadable(reading: LockReading, otherwise: string): Unreadable {
  return "problem" in reading ? unreadableBecause(reading.problem) : { unreadable: otherwise };
}
