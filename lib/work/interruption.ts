/** Tells a run whether somebody asked it to stop. The run asks between two steps that must not be cut. */
export interface Interruption {
  requested(): boolean;
  /** Stops listening: from here on a signal ends the process again. */
  done(): void;
}

/** Ctrl+C, a stopped job or container, and a terminal or SSH session that closes. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs that hold a lock and listen for an interruption. */
let listening = 0;

/** True while a run must come to its own end, because it holds a lock. */
export function mustFinish(): boolean {
  return listening > 0;
}

/** Locks that a run asks for or holds, each as a text with its ID and the command that releases it. */
const atStake = new Set<string>();

/** Notes a lock before it is asked for, so that a second signal names it. Returns a function that forgets it again. */
export function noteLockAtStake(lock: string): () => void {
  atStake.add(lock);
  return () => void atStake.delete(lock);
}

/**
 * Catches the first signal, so that the run can finish its step and release its locks. The second signal names the locks
 * that the run may leave, and ends the process.
 */
export function untilInterrupted(note: (text: string) => void): Interruption {
  let requested = false;
  let over = false;
  listening += 1;
  const done = (): void => {
    if (!over) listening -= 1;
    over = true;
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  };
  const stop = (signal: NodeJS.Signals): void => {
    if (!requested) {
      requested = true;
      note("Stopping after the current step. A second signal stops at once, and may leave a lock.");
      return;
    }
    done();
    for (const lock of atStake) note(`This run may leave ${lock}`);
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return { requested: () => requested, done };
}
