/** Asked between two pieces of work that must not be cut: whether somebody pressed Ctrl+C. A second one ends at once. */
export interface Interruption {
  requested(): boolean;
  /** Stops listening. */
  done(): void;
}

/** Takes an interrupt as a wish to stop after what is being done. */
export function untilInterrupted(note: (text: string) => void): Interruption {
  let requested = false;
  const stop = (): void => {
    requested = true;
    note("Stopping after what is being done now; once more ends at once.");
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return {
    requested: () => requested,
    done: () => {
      process.removeListener("SIGINT", stop);
      process.removeListener("SIGTERM", stop);
    },
  };
}
