import { durationText } from "../text/duration";
import { plainText } from "../text/plain-text";
import { holderText } from "./holder-text";
import { lockFailure, type LockFailure } from "./lock-failure";
import type { EndedRun } from "./own-orphan";

/** How a command ended. */
export interface Ended extends EndedRun {
  /** As a shell would give it: 128 and the signal's number when one ended it. */
  readonly code: number;
  /** The last part of what it wrote. */
  readonly output: string;
  /** This process was told to stop: nothing is tried again. */
  readonly interrupted: boolean;
}

type Held = Extract<LockFailure, { kind: "held" }>;

/** What running a command under a lock needs from outside. */
export interface RunPort {
  run(): Promise<Ended>;
  /** Releases the lock, if it is proven to be the one that this run left behind. Says what it did; false where it is not. */
  releaseOwn(failure: Held, ended: Ended): Promise<boolean>;
  /** Waits until the lock is free, at most so many milliseconds; "unknown" where it cannot be watched. */
  waitUntilFree(failure: Held, milliseconds: number): Promise<"free" | "held" | "unknown">;
  pause(milliseconds: number): Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  clock(): number;
  /** From 0 to 1. */
  random(): number;
  note(text: string): void;
}

/** Waits before another try, in milliseconds: from the first, doubled each time, up to the longest; a random part of each. */
const BACK_OFF = { first: 500, longest: 16_000 };

/** So many own locks in a row mean that something else is wrong. */
const MOST_ORPHANS = 3;

/**
 * Runs a command, and runs it again while it fails to take the lock in a way that another try may mend, until the
 * timeout. A command that failed to take the lock has changed nothing yet.
 * @returns the exit code of the last run
 */
export async function runLocked(port: RunPort, lockTimeout: number): Promise<number> {
  const deadline = port.clock() + lockTimeout;
  let orphans = 0;
  for (let attempt = 0; ; attempt += 1) {
    const ended = await port.run();
    const failure = ended.code === 0 || ended.interrupted ? undefined : lockFailure(ended.output);
    if (failure === undefined) return ended.code;
    if (failure.kind === "held" && orphans < MOST_ORPHANS && (await port.releaseOwn(failure, ended))) {
      orphans += 1;
      continue;
    }
    const left = deadline - port.clock();
    if (left <= 0) {
      port.note(`the lock was not to be had within ${durationText(lockTimeout)}: ${reasonText(failure)}`);
      return ended.code;
    }
    port.note(`${reasonText(failure)}; trying again for ${durationText(left)}`);
    if (!(await untilNextTry(port, failure, attempt, left))) return ended.code;
  }
}

/** @returns false when there is to be no next try */
async function untilNextTry(port: RunPort, failure: LockFailure, attempt: number, left: number): Promise<boolean> {
  const backOff = Math.min(BACK_OFF.longest, BACK_OFF.first * 2 ** attempt) * (0.5 + port.random() / 2);
  const seen = failure.kind === "held" ? await port.waitUntilFree(failure, left) : "unknown";
  if (seen === "held") {
    port.note(`the lock is still held: ${reasonText(failure)}`);
    return false;
  }
  // When it becomes free, whoever else waits for it is told at the same moment.
  await port.pause(seen === "free" ? port.random() * BACK_OFF.first * 2 : Math.min(backOff, left));
  return true;
}

function reasonText(failure: LockFailure): string {
  switch (failure.kind) {
    case "held":
      return `${holderText({ ID: failure.id, Who: failure.who })} holds the lock of ${plainText(failure.stateKey, 1_024)}`;
    case "just-released":
      return "the lock was released at the moment Terraform looked for its holder";
    case "conflict":
      return "S3 answered 409: another request on the lock was under way";
  }
}
