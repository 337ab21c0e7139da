import { product } from "../engine/spoken-engine";
import { durationText } from "../text/duration";
import { plainText } from "../text/plain-text";
import { NO_TIME, type LockInfo } from "./lock-info";

/** How a lock looks from outside. Holders send no heartbeat, so no verdict says that a lock may be deleted. */
type LockVerdict = "active" | "suspect" | "unknown";

/** The facts about a lock. Every time except `created` is by S3's clock. */
export interface LockFacts {
  readonly bucket: string;
  readonly stateKey: string;
  /** Undefined if Terraform could not read the body. */
  readonly holder: LockInfo | undefined;
  readonly takenAt: Date;
  /** `absent`: there is no state yet. `unknown`: S3 did not tell. */
  readonly stateWrittenAt: Date | "absent" | "unknown";
}

/** What the verdict depends on, beside the facts. */
export interface Judge {
  readonly now: Date;
  /** The longest run that people expect, in milliseconds: an older lock is suspect. @default 6 hours */
  readonly longestRun: number;
}

interface Judgement {
  readonly verdict: LockVerdict;
  readonly reason: string;
  /** What a person should know before they trust the verdict. */
  readonly notes: readonly string[];
}

export const DEFAULT_LONGEST_RUN = 6 * 3_600_000;

/** A state that was written under this lock so recently is a sign of life; milliseconds. */
const SIGN_OF_LIFE = 15 * 60_000;

/** If two clocks differ by more, a note says so; milliseconds. */
export const TOLERATED_SKEW = 60_000;

/** Judges a lock by its facts. */
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
 * Returns whether the state was written under the lock; undefined if S3 did not tell. S3 counts whole seconds: a write in
 * the second of the lock may belong to the run before.
 */
export function writtenSince({ stateWrittenAt, takenAt }: LockFacts): boolean | undefined {
  if (stateWrittenAt === "unknown") return undefined;
  return stateWrittenAt !== "absent" && stateWrittenAt.getTime() > takenAt.getTime();
}

function namesItself(facts: LockFacts, holder: LockInfo): boolean {
  return holder.Path === "" || holder.Path === `${facts.bucket}/${facts.stateKey}`;
}

function notesOf({ holder, takenAt }: LockFacts): string[] {
  if (holder === undefined) return [];
  if (holder.Created === NO_TIME) return ["the lock's body does not say when it was taken"];
  const skew = Date.parse(holder.Created) - takenAt.getTime();
  if (Math.abs(skew) <= TOLERATED_SKEW) return [];
  const direction = skew > 0 ? "ahead of" : "behind";
  return [`the holder's clock is ${durationText(Math.abs(skew))} ${direction} S3's; ages here are by S3's`];
}
