import { product } from "../engine/spoken-engine";
import { durationText } from "../text/duration";
import { plainText } from "../text/plain-text";
import { holderText } from "./holder-text";
import { lockFailure, type LockFailure } from "./lock-failure";
import type { EndedRun } from "./own-orphan";

/** How a command ended. */
export interface Ended extends EndedRun {
  /** As a shell reports it: 128 plus the signal's number if a signal ended the command. */
  readonly code: number;
  /** The last part of the output. */
  readonly output: string;
  /** True if somebody asked this process to stop: no further attempt. */
  readonly interrupted: boolean;
}

type Held = Extract<LockFailure, { kind: "held" }>;

/** Port: runs the command, and watches and releases locks. */
export interface RunPort {
  run(): Promise<Ended>;
  /** Releases the lock if this run provably left it. Returns false if the lock may be somebody else's. */
  releaseOwn(failure: Held, ended: Ended): Promise<boolean>;
  /** Names or releases each lock that a failed or killed run left. */
  lookForLeft(ended: Ended): Promise<void>;
  /** True if the store refuses a lock key although there is no lock: no attempt can succeed. */
  refusesKey(ended: Ended): Promise<boolean>;
  /** Waits until the lock is free, at most so many milliseconds. Returns "unknown" if it cannot be watched. */
  waitUntilFree(failure: Held, milliseconds: number): Promise<"free" | "held" | "unknown">;
  pause(milliseconds: number): Promise<void>;
  /** Returns milliseconds of a clock that never goes back. */
  clock(): number;
  /** Returns a number from 0 to 1. */
  random(): number;
  note(text: string): void;
}

/** Pauses between attempts, in milliseconds: doubled from the first to the longest, and shortened at random. */
const BACK_OFF = { first: 500, longest: 16_000 };

/** After so many refusals in a row without a lock to see, the store itself may be the reason. */
const MOST_JUST_RELEASED = 3;

/** If a command leaves more own locks in a row, something else is wrong. */
const MOST_ORPHANS = 3;

/**
 * Runs a command, and runs it again until the timeout while it only fails to take the lock. A command that could not take
 * the lock has changed nothing.
 * @returns the exit code of the last run
 */
export async function runLocked(port: RunPort, lockTimeout: number): Promise<number> {
  const ended = await lastRun(port, lockTimeout);
  // A run that only failed to take one lock left none.
  if (ended.code === 0 || ended.interrupted || lockFailure(ended.output) === undefined || ended.locks.length > 1)
    await port.lookForLeft(ended);
  return ended.code;
}

async function lastRun(port: RunPort, lockTimeout: number): Promise<Ended> {
  const deadline = port.clock() + lockTimeout;
  let [orphans, justReleased] = [0, 0];
  for (let attempt = 0; ; attempt += 1) {
    const ended = await port.run();
    const failure = ended.code === 0 || ended.interrupted ? undefined : lockFailure(ended.output);
    if (failure === undefined) return ended;
    if (failure.kind === "held" && orphans < MOST_ORPHANS && (await port.releaseOwn(failure, ended))) {
      orphans += 1;
      continue;
    }
    justReleased = failure.kind === "just-released" ? justReleased + 1 : 0;
    if (justReleased === MOST_JUST_RELEASED && (await port.refusesKey(ended))) return ended;
    const left = deadline - port.clock();
    if (left <= 0) {
      port.note(`the lock did not become free within ${durationText(lockTimeout)}: ${reasonText(failure)}`);
      return ended;
    }
    port.note(`${reasonText(failure)}; trying again for ${durationText(left)}`);
    if (!(await untilNextTry(port, failure, attempt, left))) return ended;
  }
}

/** Pauses. Returns false if no further attempt makes sense. */
async function untilNextTry(port: RunPort, failure: LockFailure, attempt: number, left: number): Promise<boolean> {
  const backOff = Math.min(BACK_OFF.longest, BACK_OFF.first * 2 ** attempt) * (0.5 + port.random() / 2);
  const seen = failure.kind === "held" ? await port.waitUntilFree(failure, left) : "unknown";
  if (seen === "held") {
    port.note(`the lock is still held: ${reasonText(failure)}`);
    return false;
  }
  // Everybody who waits sees the free lock at the same moment.
  await port.pause(seen === "free" ? port.random() * BACK_OFF.first * 2 : Math.min(backOff, left));
  return true;
}

function reasonText(failure: LockFailure): string {
  switch (failure.kind) {
    case "held":
      return `${holderText({ ID: failure.id, Who: failure.who })} holds the lock of ${plainText(failure.stateKey, 1_024)}`;
    case "just-released":
      return `the lock was released at the moment ${product()} looked for its holder`;
    case "conflict":
      return "S3 answered 409: another request on the lock was running";
  }
}
