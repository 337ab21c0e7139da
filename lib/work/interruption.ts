import { plainText } from "../text/plain-text";
import { onStopSignal } from "./signals";

/** Tells a run whether somebody asked it to stop. The run asks between two steps that must not be cut. */
export interface Interruption {
  requested(): boolean;
  /** The signal that asked. */
  signal(): NodeJS.Signals | undefined;
  /** Stops listening: from here on a signal ends the process again. */
  readonly done: () => void;
}

/** Runs that hold a lock, or wait for a program that may hold one. */
let busy = 0;

/** True while a run must come to its own end, because it holds a lock. */
export function mustFinish(): boolean {
  return busy > 0;
}

/** Makes {@link mustFinish} true until the returned function is called. */
export function beginUncut(): () => void {
  let over = false;
  busy += 1;
  return () => {
    if (!over) busy -= 1;
    over = true;
  };
}

/** Locks that a run asks for or holds, each as a text with its ID and the command that releases it. */
const atStake = new Set<string>();

/** Notes a lock before it is asked for, so that a second signal names it. Returns a function that forgets it again. */
export function noteLockAtStake(lock: string): () => void {
  atStake.add(lock);
  return () => void atStake.delete(lock);
}

/** What catches signals, in the order in which it began. The first one tells the person. */
const listeners = new Set<symbol>();

/** The listeners that decide themselves what follows a signal. */
const runs = new Set<symbol>();

/** The signal that ends the process as soon as nothing must finish any more. */
let owed: NodeJS.Signals | undefined;

/** Looks at what programs have logged since the last look: a lock, perhaps. */
const lastLooks = new Set<() => void>();

/** Calls `look` before a second signal ends the process. Returns a function that forgets it again. */
export function lookBeforeTheEnd(look: () => void): () => void {
  lastLooks.add(look);
  return () => void lastLooks.delete(look);
}

/**
 * Catches the first signal, so that the run can finish its step and release its locks. The second signal names the locks
 * that the run may leave, each once however many listen, and ends the process.
 */
export function untilInterrupted(note: (text: string) => void, name = note): Interruption {
  const self = Symbol("a run");
  runs.add(self);
  return listen(self, note, name);
}

function listen(self: symbol, note: (text: string) => void, name: (text: string) => void): Interruption {
  let requested: NodeJS.Signals | undefined;
  const finish = beginUncut();
  listeners.add(self);
  const done = (): void => {
    finish();
    listeners.delete(self);
    runs.delete(self);
    silence();
  };
  const silence = onStopSignal((signal) => {
    if (requested === undefined) {
      requested = signal;
      const [first] = listeners;
      if (first === self) note("Stopping after the current step. A second signal stops at once, and may leave a lock.");
      return;
    }
    done();
    for (const look of lastLooks) look();
    for (const lock of atStake) name(`This run may leave ${lock}`);
    atStake.clear();
    process.kill(process.pid, signal);
  });
  return { requested: () => requested !== undefined, signal: () => requested, done };
}

/**
 * Runs work that leaves a lock or a probe behind if it is cut. A signal waits for the end of the work, and of everything
 * else that must finish; then it ends the process, unless a run around the work listens for itself or the work goes on to
 * its report. A second signal names what may be left.
 * @param work asks `isStopped` if its result depends on it
 */
export async function uncut<T>(
  leaves: string,
  work: (isStopped: () => boolean) => Promise<T>,
  { goesOn = false } = {},
): Promise<T> {
  const self = Symbol(leaves);
  const isPartOfRun = runs.size > 0;
  if (goesOn) runs.add(self);
  const forget = noteLockAtStake(leaves);
  const interruption = listen(self, noteOnStandardError, noteOnStandardError);
  try {
    return await work(() => interruption.requested());
  } finally {
    forget();
    interruption.done();
    if (!isPartOfRun && !goesOn) owed ??= interruption.signal();
    if (!mustFinish() && owed !== undefined) {
      process.kill(process.pid, owed);
      owed = undefined;
    }
  }
}

/**
 * Runs work and cleans up afterwards, also if a signal or a question ends the process. A signal ends it only while nothing
 * must finish.
 */
export async function cleaningUp<T>(clean: () => void, work: () => Promise<T>): Promise<T> {
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    silence();
    process.removeListener("exit", end);
    clean();
  };
  const silence = onStopSignal((signal) => {
    if (mustFinish()) return;
    end();
    process.kill(process.pid, signal);
  });
  process.on("exit", end);
  try {
    return await work();
  } finally {
    end();
  }
}

/** For the moment before the end of the process: nothing else can show it any more. */
function noteOnStandardError(text: string): void {
  process.stderr.write(`${plainText(text, 2_000)}\n`);
}

/** Objects that this run could not remove, each as a text. */
const remains = new Set<string>();

/** Notes an object that could not be removed, so that the end of the run names it. */
export function noteRemains(text: string): void {
  remains.add(text);
}

/** Returns what this run could not remove, and forgets it. */
export function takeRemains(): readonly string[] {
  const left = [...remains];
  remains.clear();
  return left;
}
