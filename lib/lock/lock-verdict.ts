import { durationText } from "../text/duration";
import { plainText } from "../text/plain-text";
import type { LockInfo } from "./lock-info";

/** What a lock looks like from outside. There is no heartbeat, so no verdict says that a lock may be deleted. */
export type LockVerdict = "active" | "suspect" | "unknown";

/** What is known of a lock when it is judged; every time but `created` is by S3's clock. */
export interface LockFacts {
  readonly bucket: string;
  readonly stateKey: string;
  /** Undefined where the body is none that Terraform could read. */
  readonly holder: LockInfo | undefined;
  readonly takenAt: Date;
  /** `absent`: there is no state yet. `unknown`: it could not be looked at. */
  readonly stateWrittenAt: Date | "absent" | "unknown";
}

/** What the verdict depends on. */
export interface Judge {
  readonly now: Date;
  /** The longest run there is, in milliseconds: a lock that is older makes a suspect. @default 6 hours */
  readonly longestRun: number;
}

export interface Judgement {
  readonly verdict: LockVerdict;
  readonly reason: string;
  /** What else a person should know before they believe it. */
  readonly notes: readonly string[];
}

export const DEFAULT_LONGEST_RUN = 6 * 3_600_000;

/** A state that was written this recently, under this lock, is a sign of life. */
const SIGN_OF_LIFE = 15 * 60_000;

/** Clocks that differ by more are worth a note. */
export const TOLERATED_SKEW = 60_000;

/** Judges a lock by what can be seen. */
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
      reason: "its body is none that Terraform could read, so it does not say who holds it",
    };
  }
  if (!namesItself(facts, holder)) {
    return { verdict: "suspect", reason: `it says that it locks ${plainText(holder.Path, 200)}: copied or restored` };
  }
  if (age > longestRun) {
    return { verdict: "suspect", reason: `older than the longest run (${durationText(longestRun)})` };
  }
  const sign =
    sinceWritten !== undefined && written
      ? `the state was last written ${durationText(sinceWritten)} ago`
      : stateWrittenAt === "unknown"
        ? "its state could not be looked at"
        : "its state was not written since";
  return { verdict: "unknown", reason: `taken ${durationText(age)} ago, ${sign}; holders send no sign of life` };
}

/**
 * Whether the state was written under the lock; undefined where that could not be seen. S3 counts whole seconds: a write
 * in the second in which the lock was taken may be of the run before.
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
  const created = Date.parse(holder.Created);
  if (Number.isNaN(created)) return ["the holder's time of taking it cannot be read"];
  const skew = created - takenAt.getTime();
  if (Math.abs(skew) <= TOLERATED_SKEW) return [];
  const direction = skew > 0 ? "ahead of" : "behind";
  return [`the holder's clock is ${durationText(Math.abs(skew))} ${direction} S3's; ages here are by S3's`];
}
