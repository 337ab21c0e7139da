import type { LockReading } from "../lock/lock-port";
import { runRelease, type ReleaseStore } from "../lock/release-lock";
import type { Problem } from "../problem/problem";
import { couldNotTell, type Reading, type Unreadable } from "./posture";

/** What S3 answered to a write with `If-None-Match: *`. Only 412 is `refused`. */
export type TakeReply =
  | { readonly reply: "taken" | "refused" }
  | {
      readonly reply: "failed";
      /** True where nothing can have been written: it was refused, or never sent. */
      readonly nothingWritten: boolean;
      readonly problem: Problem;
    };

/** As much of S3 as the probe needs: locks as every command reads and releases them, and a way to take one. */
export interface ProbeStore extends ReleaseStore {
  take(lockKey: string, text: string): Promise<TakeReply>;
}

/** A lock that the probe writes. */
export interface ProbeLock {
  readonly id: string;
  /** Its body, as Terraform would write it. */
  readonly text: string;
}

/**
 * What only a live test shows: a lock is taken, a second taker is refused, nobody releases it with another's ETag, its
 * holder does, and it is gone. Some stores that speak S3 ignore the conditions, and lock nobody.
 * @returns the reason why locks do not lock; no value when they do
 */
export async function probeLock(
  store: ProbeStore,
  key: string,
  locks: readonly [ProbeLock, ProbeLock],
): Promise<Reading<string>> {
  const taken = await store.take(key, locks[0].text);
  if (taken.reply === "failed" && taken.nothingWritten) return unreadable(taken.problem);
  const found = taken.reply === "failed" ? unreadable(taken.problem) : await probe(store, key, locks);
  if ("value" in found && found.value === undefined) return found;
  const left = await cleanUp(store, key);
  const where = left ? ` (${key} may be left)` : "";
  return "value" in found
    ? { value: `${String(found.value)}${where}` }
    : { ...found, unreadable: found.unreadable + where };
}

async function probe(
  store: ProbeStore,
  key: string,
  [first, second]: readonly [ProbeLock, ProbeLock],
): Promise<Reading<string>> {
  // An answer that was lost makes the SDK try again, and meet the probe itself: then it is refused, and there.
  const held = await store.read(key);
  if (held.found !== "lock") return unreadable(held, `the probe was written, and S3 says that there is no ${key}`);
  if (held.object.text !== first.text) return { unreadable: "the probe was written, and something else is there" };

  const again = await store.take(key, second.text);
  if (again.reply === "failed") return unreadable(again.problem);
  const kept = await store.read(key);
  if (again.reply === "taken" || (kept.found === "lock" && kept.object.text !== first.text))
    return { value: "a second write with If-None-Match was accepted: this store locks nobody" };
  if (kept.found !== "lock")
    return unreadable(kept, `the probe was refused to a second taker, and S3 says that there is no ${key}`);

  const foreign = await store.remove(key, `"${"0".repeat(32)}"`);
  if (foreign.reply === "deleted")
    return { value: "a delete with another object's ETag was accepted: releasing a lock is not safe here" };
  if ("problem" in foreign) return unreadable(foreign.problem);
  if (foreign.reply !== "changed")
    return { unreadable: `a delete with another object's ETag was answered "${foreign.reply}", not 412` };

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
      return result.doubt === undefined ? { value: undefined } : unreadable(result.doubt);
    case "still-held":
      return "problem" in result.reply
        ? unreadable(result.reply.problem)
        : { value: `the probe could not be released: S3 answered "${result.reply.reply}", and ${key} is still there` };
    case "unknown":
      return unreadable(result.problem);
    default:
      return { unreadable: `the probe was held, and then S3 says that it is ${result.outcome}: ${key}` };
  }
}

/** Takes the probe away, whichever body it has: the key is this run's own. @returns true when it may still be there */
async function cleanUp(store: ProbeStore, key: string): Promise<boolean> {
  const left = await store.read(key);
  if (left.found !== "lock") return left.found === "unreadable";
  return (await store.remove(key, left.object.etag)).reply !== "deleted";
}

function unreadable(what: Problem | LockReading, otherwise = ""): Unreadable {
  if ("message" in what) return couldNotTell(what);
  return "problem" in what ? unreadable(what.problem) : { unreadable: otherwise };
}
