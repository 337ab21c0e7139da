import type { Progress } from "../lib/progress";
import type { Terminal } from "./terminal";

/** How often a step that says nothing new is shown to be alive, in milliseconds. */
const HEARTBEAT = 10_000;

/** Shows every step on its own line when it ends, and what it is waiting for while it runs. */
export function terminalProgress(terminal: Terminal): Progress {
  const { colors, note } = terminal;
  return async (title, step) => {
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
      note(
        `${colors.green("✔")} ${title}${last === "" ? "" : colors.dim(` — ${last}`)} ${colors.dim(`(${seconds()})`)}`,
      );
      return result;
    } catch (error) {
      note(`${colors.red("✖")} ${title} ${colors.dim(`(${seconds()})`)}`);
      throw error;
    } finally {
      clearInterval(beat);
    }
  };
}
