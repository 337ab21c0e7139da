import type { Terminal } from "../screen/terminal";

/** Whether somebody wants a run to stop. */
export interface Interruption {
  readonly wanted: () => boolean;
  /** From here on signals do again what they always do. */
  readonly close: () => void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Keeps the first signal from ending this process, so that it can let go of what it holds; the second one ends it. */
export function interruption({ note }: Terminal): Interruption {
  let wanted = false;
  const close = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  };
  const stop = (): void => {
    wanted = true;
    close();
    note("Stopping as soon as nothing is left half done; once more stops at once, and may leave the lock.");
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return { wanted: () => wanted, close };
}
