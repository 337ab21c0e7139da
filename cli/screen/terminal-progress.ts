import type { Progress } from "../../lib/work/progress";
import type { Terminal } from "./terminal";

/** Milliseconds between the lines that show that a step still runs. */
const HEARTBEAT = 10_000;

/** Returns a progress that prints each step on its own line when it ends, and what it waits for while it runs. */
export function terminalProgress(terminal: Terminal): Progress {
  const { colors, note } = terminal;
  return async (title, step, isDone = () => true) => {
    const started = Date.now();
    const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
    let last = "";
    let shown = "";
    const beat = setInterval(() => {
      const text = `  ${colors.dim(`… ${title}${last === "" || last === shown ? "" : `: ${last}`} (${seconds()})`)}`;
      shown = last;
      note(text);
    }, HEARTBEAT);
    try {
      const result = await step((text) => (last = text));
      const sign = isDone(result) ? colors.green("✔") : colors.red("✖");
      note(`${sign} ${title}${last === "" ? "" : colors.dim(` — ${last}`)} ${colors.dim(`(${seconds()})`)}`);
      return result;
    } catch (error) {
      note(`${colors.red("✖")} ${title} ${colors.dim(`(${seconds()})`)}`);
      throw error;
    } finally {
      clearInterval(beat);
    }
  };
}

/** Milliseconds before the line appears, and between two versions of it. */
const PATIENCE = 1_000;
const REFRESH = 250;

/**
 * Returns a progress that leaves no trace, for commands that print only their answer. On a terminal, it shows a step that
 * takes more than a second, and clears that line when the step ends.
 */
export function passingProgress({ status }: Pick<Terminal, "status">): Progress {
  return async (title, step) => {
    if (status === undefined) return step(() => undefined);
    const started = Date.now();
    let last = "";
    const beat = setInterval(() => {
      const waited = Date.now() - started;
      if (waited >= PATIENCE)
        status(`… ${title}${last === "" ? "" : `: ${last}`} (${String(Math.floor(waited / 1_000))} s)`);
    }, REFRESH);
    try {
      return await step((text) => (last = text));
    } finally {
      clearInterval(beat);
      if (Date.now() - started >= PATIENCE) status("");
    }
  };
}
