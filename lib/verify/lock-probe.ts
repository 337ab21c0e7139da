import { product } from "../engine/spoken-engine";
import type { LockReading } from "../lock/lock-port";
import { runRelease } from "../lock/release-lock";
import { FOREIGN_ETAG } from "../lock/store-honours";
import { LOCK_SUFFIX } from "../state/state-keys";
import { raceForLock, withRemains } from "./lock-race";
import { unreadableBecause, type Reading, type Unreadable } from "./posture";
import type { ProbeLock, ProbeStore } from "./probe-port";

/**
 * What the probe found, each on its own: `value` with the reason why it fails, `value: undefined` if it works, or why the
 * probe could not tell.
 */
export interface LockProbe {
  /** The store refuses a second taker, also if many take the lock at once. Terraform and OpenTofu need this. */
  readonly secondTaker: Reading<string>;
  /** The lock can be taken again after its release. Terraform and OpenTofu need this. */
  readonly takeAgain: Reading<string>;
  /** Statelock can release exactly one lock. ${product()} does not need this. */
  readonly release: Reading<string>;
}

/**
 * Proves that the store honours locks, on keys that only this run uses. Some stores that speak S3 ignore these conditions, or
 * check them without keeping other requests out.
 * @param newLock returns a lock with another ID at each call
 */
export async function probeLock(store: ProbeStore, key: string, newLock: () => ProbeLock): Promise<LockProbe> {
  const [first, second] = [newLock(), newLock()];
  const taken = await store.take(key, first.text);
  if (taken.reply === "failed" && taken.nothingWritten) return allOf(unreadableBecause(taken.problem));
  const found =
    taken.reply === "failed"
      ? allOf(unreadableBecause(taken.problem))
      : await probe(store, key, { first, second, newLock });
  if (Object.values(found).every(isFine)) return found;
  return (await isLeftBehind(store, key)) ? allWithRemains(found, key) : found;
}

/** Returns what a probe on this key may leave if it is cut, as a text. */
export function probeLeaves(lockKey: string): string {
  return `objects of its probe, that begin with ${lockKey.slice(0, -LOCK_SUFFIX.length)}: delete them`;
}

interface Takers {
  readonly first: ProbeLock;
  readonly second: ProbeLock;
  readonly newLock: () => ProbeLock;
}

async function probe(store: ProbeStore, key: string, { first, second, newLock }: Takers): Promise<LockProbe> {
  const alone = await secondTaker(store, key, [first, second]);
  if ("unreadable" in alone) return allOf(alone);
  const holder = alone.value === undefined ? first : second;
  const release = await releaseOf(store, key, holder);
  if (("unreadable" in release && release.notApplicable !== true) || (await store.read(key)).found !== "nothing")
    return { secondTaker: alone, takeAgain: STILL_THERE, release };
  const takeAgain = await again(store, key, newLock());
  const raced = alone.value === undefined ? await raceForLock(store, key, newLock) : alone;
  return { secondTaker: raced, takeAgain, release };
}

/** Takes the lock of another run, alone. */
async function secondTaker(
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
  return { value: undefined };
}

/** Deletes with another lock's ETag, then releases the probe as `locks release` does. */
async function releaseOf(store: ProbeStore, key: string, holder: ProbeLock): Promise<Reading<string>> {
  const held = await store.read(key);
  if (held.found !== "lock") return unreadable(held, `the probe held the lock, but S3 has no ${key}`);
  const foreign = await store.removeIf(key, FOREIGN_ETAG);
  if ("problem" in foreign) return unreadableBecause(foreign.problem);
  if (foreign.reply === "deleted") return withoutCondition(held.object.versionId);
  if (foreign.reply !== "changed")
    return { unreadable: `S3 answered "${foreign.reply}", not 412, to a delete with another object's ETag` };
  return released(store, key, holder);
}

/** The outcome for a store that ignores the condition of a delete. Versions are another proof. */
function withoutCondition(versionId: string | undefined): Reading<string> {
  const ignores = "the store deletes a lock whatever its ETag";
  if ((versionId ?? "null") !== "null")
    return { unreadable: `${ignores}; Statelock deletes the lock's own version instead`, notApplicable: true };
  return {
    value: `${ignores} and keeps no versions, so \`locks release\` refuses. ${product()} does not need this`,
  };
}

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

/**
 * Takes the lock again, twice: the probe's release may have deleted a version, but Terraform's release leaves a delete marker
 * where there are versions.
 */
async function again(store: ProbeStore, key: string, lock: ProbeLock): Promise<Reading<string>> {
  for (const deletes of [true, false]) {
    const reply = await store.take(key, lock.text);
    if (reply.reply === "failed") return unreadableBecause(reply.problem);
    const now = await store.read(key);
    if (reply.reply === "refused" && now.found === "nothing")
      return {
        value: "the store refuses a lock whose last lock was released: it counts the delete marker as an object",
      };
    if (now.found !== "lock") return unreadable(now, `S3 accepted the lock again, but then has no ${key}`);
    const { object } = now;
    const released = await (deletes ? store.removeIf(key, object.etag) : store.remove(object, true));
    if (released.reply !== "deleted") return { unreadable: `S3 did not release ${key} after it was taken again` };
  }
  return { value: undefined };
}

function isFine(outcome: Reading<string>): boolean {
  return "unreadable" in outcome ? outcome.notApplicable === true : outcome.value === undefined;
}

const STILL_THERE: Unreadable = { unreadable: "the probe could not release its first lock" };

function allOf(outcome: Unreadable): LockProbe {
  return { secondTaker: outcome, takeAgain: outcome, release: outcome };
}

function allWithRemains(found: LockProbe, key: string): LockProbe {
  const noted = (outcome: Reading<string>): Reading<string> => (isFine(outcome) ? outcome : withRemains(outcome, key));
  return {
    secondTaker: noted(found.secondTaker),
    takeAgain: noted(found.takeAgain),
    release: noted(found.release),
  };
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
