import { createInterface } from "node:readline/promises";
import { colorsFor, type Colors } from "./colors";

/** Standard error and the keyboard: where a command talks to a person. Data goes to standard output. */
export interface Terminal {
  readonly colors: Colors;
  /** True if a person can answer. */
  readonly interactive: boolean;
  /** Prints one line on standard error. */
  readonly note: (text: string) => void;
  /** Prints what runs now, on a line that the next call replaces; "" clears it. Undefined if nobody sees the line. */
  readonly status: ((text: string) => void) | undefined;
  /** Asks and returns the answer; "" after Ctrl-C. Call it only if {@link interactive}. */
  readonly ask: (question: string) => Promise<string>;
}

/** Signals that end a command at its question at once, and the exit code as a shell gives it. */
const ENDING = new Map<NodeJS.Signals, number>([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
]);

/** Clears the line and moves to its start: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const CLEAR_LINE = "\r\u001b[K";

/** Returns the writer of the status line. It cuts the text at the terminal's width: nothing clears a second line. */
function statusLine(environment: NodeJS.ProcessEnv): Terminal["status"] {
  const { stderr } = process;
  if (!stderr.isTTY || environment["TERM"] === "dumb") return undefined;
  const colors = colorsFor(stderr, environment);
  return (text) => void stderr.write(CLEAR_LINE + colors.dim(text.slice(0, Math.max(0, stderr.columns - 1))));
}

/** Returns the terminal of this process. */
export function processTerminal(environment: NodeJS.ProcessEnv): Terminal {
  return {
    colors: colorsFor(process.stderr, environment),
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    note: (text) => void process.stderr.write(`${text}\n`),
    status: statusLine(environment),
    ask: async (question) => {
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      // No command holds a lock while it asks: a person's answer may take hours.
      const end = (signal: NodeJS.Signals): void => {
        prompt.close();
        process.exit(ENDING.get(signal));
      };
      for (const signal of ENDING.keys()) process.prependListener(signal, end);
      try {
        return await prompt.question(question);
      } catch (error) {
        // Ctrl-C or Ctrl-D: not the accepted answer.
        if (error instanceof Error && error.name === "AbortError") return "";
        throw error;
      } finally {
        for (const signal of ENDING.keys()) process.removeListener(signal, end);
        prompt.close();
      }
    },
  };
}
