/** Tells a run whether somebody asked it to stop. The run asks between two steps that must not be cut. */
export interface Interruption {
  requested(): boolean;
  /** Stops listening: from here on a signal ends the process again. */
  done(): void;
}

/** Ctrl+C, a stopped job or container, and a terminal or SSH session that closes. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Catches the first signal, so that the run can finish its step and release its locks. The second signal ends the process. */
export function untilInterrupted(note: (text: string) => void): Interruption {
  let requested = false;
  const done = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  };
  const stop = (): void => {
    requested = true;
    done();
    note("Stopping after the current step. A second signal stops at once, and may leave a lock.");
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return { requested: () => requested, done };
}
