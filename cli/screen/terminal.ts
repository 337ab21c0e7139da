import { createInterface } from "node:readline/promises";
import { colorsFor, type Colors } from "./colors";

/** Where a command talks to a person. Data goes to standard output, everything else to standard error. */
export interface Terminal {
  readonly colors: Colors;
  /** True where a person can answer. */
  readonly interactive: boolean;
  /** One line on standard error. */
  readonly note: (text: string) => void;
  /** What is being done, on a line that the next one replaces; "" takes it away. Undefined where nobody looks. */
  readonly status: ((text: string) => void) | undefined;
  /** Asks, and returns the answer; an empty one after Ctrl-C. Only where {@link interactive}. */
  readonly ask: (question: string) => Promise<string>;
}

/** Takes the line away and begins at its start: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const CLEAR_LINE = "\r\u001b[K";

/** One line: what is longer than the terminal is wide would leave its beginning behind. */
function statusLine(environment: NodeJS.ProcessEnv): Terminal["status"] {
  const { stderr } = process;
  if (!stderr.isTTY || environment["TERM"] === "dumb") return undefined;
  const colors = colorsFor(stderr, environment);
  return (text) => void stderr.write(CLEAR_LINE + colors.dim(text.slice(0, Math.max(0, stderr.columns - 1))));
}

/** The terminal of this process: colour only where standard error is one and NO_COLOR is not set. */
export function processTerminal(environment: NodeJS.ProcessEnv): Terminal {
  return {
    colors: colorsFor(process.stderr, environment),
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    note: (text) => void process.stderr.write(`${text}\n`),
    status: statusLine(environment),
    ask: async (question) => {
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await prompt.question(question);
      } catch (error) {
        // Ctrl-C or Ctrl-D: an answer, and not the one that was asked for.
        if (error instanceof Error && error.name === "AbortError") return "";
        throw error;
      } finally {
        prompt.close();
      }
    },
  };
}
