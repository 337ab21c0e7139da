import { product } from "../engine/spoken-engine";
import { durationText } from "../text/duration";
import { plainText } from "../text/plain-text";
import { NO_TIME, type LockInfo } from "./lock-info";

/**
 * What the facts suggest about a lock. No verdict says that you may delete it, because holders send no heartbeat.
 * - `active`: somebody wrote the state under this lock in the last 15 minutes
 * - `suspect`: the lock is older than the longest run, or its body names another state
 * - `unknown`: the facts show neither
 */
type LockVerdict = "active" | "suspect" | "unknown";

/** The facts about a lock. Every time is by S3's clock, except `holder.Created`, which is by the holder's. */
export interface LockFacts {
  readonly bucket: string;
  readonly stateKey: string;
  /** The parsed body of the lock. Undefined if Terraform could not read that body either. */
  readonly holder: LockInfo | undefined;
  /** When S3 stored the lock object. */
  readonly takenAt: Date;
  /** When S3 stored the state. `absent`: there is no state yet. `unknown`: Statelock could not read it from S3. */
  readonly stateWrittenAt: Date | "absent" | "unknown";
}

/** The current time and the age limit by which {@link judgeLock} judges a lock. */
export interface Judge {
  readonly now: Date;
  /** Milliseconds: how long you expect the longest Terraform run to take. An older lock is `suspect`. */
  readonly longestRun: number;
}

/** The verdict on a lock, and why. */
interface Judgement {
  readonly verdict: LockVerdict;
  /** Why, in words for a person. */
  readonly reason: string;
  /** What a person should know before they trust the verdict. */
  readonly notes: readonly string[];
}

/** Milliseconds: 6 hours. */
export const DEFAULT_LONGEST_RUN = 6 * 3_600_000;

/** Milliseconds. If somebody wrote the state under the lock within this time, the lock is `active`. */
const SIGN_OF_LIFE = 15 * 60_000;

/** Milliseconds. If the holder's clock and S3's differ by more, the judgement has a note. */
export const TOLERATED_SKEW = 60_000;

/** Returns the verdict on a lock, the reason for it, and notes on the lock's times. */
export function judgeLock(facts: LockFacts, judge: Judge): Judgement {
  return { ...verdictOf(facts, judge), notes: notesOf(facts) };
}

function verdictOf(facts: LockFacts, { now, longestRun }: Judge): Pick<Judgement, "verdict" | "reason"> {
  const { holder, takenAt, stateWrittenAt } = facts;
  const age = now.getTime() - takenAt.getTime();
  const sinceWritten = stateWrittenAt instanceof Date ? now.getTime() - stateWrittenAt.getTime() : undefined;
  const written = writtenSince(facts) === true;
  if (written && sinceWritten !== undefined && sinceWritten <= SIGN_OF_LIFE) {
    return { verdict: "active", reason: `the state was written ${durationText(sinceWritten)} ago, under this lock` };
  }
  if (holder === undefined) {
    return {
      verdict: "unknown",
      reason: `${product()} could not read its body, so nobody knows who holds it`,
    };
  }
  if (!namesItself(facts, holder)) {
    return {
      verdict: "suspect",
      reason: `its body names another state, ${plainText(holder.Path, 200)}: somebody copied or restored it`,
    };
  }
  if (age > longestRun) {
    return { verdict: "suspect", reason: `older than the longest run (${durationText(longestRun)})` };
  }
  const sign =
    sinceWritten !== undefined && written
      ? `the state was last written ${durationText(sinceWritten)} ago`
      : stateWrittenAt === "unknown"
        ? "its state could not be read"
        : "its state was not written since";
  return { verdict: "unknown", reason: `taken ${durationText(age)} ago, ${sign}; holders send no heartbeat` };
}

/**
 * True if somebody wrote the state after the lock was taken. Undefined if that is unknown. S3 counts whole seconds. A
 * write in the same second as the lock counts as earlier, because it may belong to the run before.
 */
export function writtenSince({ stateWrittenAt, takenAt }: LockFacts): boolean | undefined {
  if (stateWrittenAt === "unknown") return undefined;
  return stateWrittenAt !== "absent" && stateWrittenAt.getTime() > takenAt.getTime();
}

/** True if the lock's body names the state that the lock is for. A body without a path counts as well. */
function namesItself(facts: LockFacts, holder: LockInfo): boolean {
  return holder.Path === "" || holder.Path === `${facts.bucket}/${facts.stateKey}`;
}

/** Returns a note if the holder's time for the lock is missing, or differs too much from S3's. */
function notesOf({ holder, takenAt }: LockFacts): string[] {
  if (holder === undefined) return [];
  if (holder.Created === NO_TIME) return ["the lock's body does not say when it was taken"];
  const skew = Date.parse(holder.Created) - takenAt.getTime();
  if (Math.abs(skew) <= TOLERATED_SKEW) return [];
  const direction = skew > 0 ? "ahead of" : "behind";
  return [`the holder's clock is ${durationText(Math.abs(skew))} ${direction} S3's; ages here are by S3's`];
}
