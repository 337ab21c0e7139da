import type { Output } from "./output";
import type { Terminal } from "./terminal";

/** What every command gets: its surroundings, and where to leave its exit code. */
export interface CommandContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  readonly terminal: Terminal;
  /** What standard output is like, for the text that `write` gets. */
  readonly output: Output;
  /** Writes a command's result to standard output. */
  readonly write: (text: string) => void;
  /** Sets the exit code of a command that ended with something to say. */
  readonly exitWith: (code: number) => void;
}
