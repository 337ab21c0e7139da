/** Ctrl+C, a stopped job or container, a terminal or SSH session that closes, and Ctrl+\. */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/**
 * Milliseconds in which several signals are one. npm and `timeout` send a signal to this process that its process group
 * gets too: one Ctrl+C arrives twice.
 */
const ONE_MOMENT = 250;

/**
 * Calls `heard` for each signal that asks this process to stop, and keeps it from ending the process. Signals of one
 * moment count once. Returns a function that stops listening.
 */
export function onStopSignal(heard: (signal: NodeJS.Signals) => void): () => void {
  let last = -Infinity;
  const hear = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (now - last < ONE_MOMENT) return;
    last = now;
    heard(signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, hear);
  return () => {
    for (const signal of STOP_SIGNALS) process.removeListener(signal, hear);
  };
}
