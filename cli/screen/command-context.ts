import type { OwnCommand } from "../../lib/text/own-command";
import type { EngineChoice } from "../../lib/engine/choose-engine";
import type { Output } from "./output";
import type { Terminal } from "./terminal";

/** What every command gets: its environment, its input and output, and a place for its exit code. */
export interface CommandContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** How the reader starts Statelock. Texts for standard error need it only for a command without backticks. */
  readonly program: OwnCommand;
  /** Decides which engine runs a root. */
  readonly engine: EngineChoice;
  readonly terminal: Terminal;
  /** Describes standard output, for the text that a command gives to `write`. */
  readonly output: Output;
  /** Writes a command's result to standard output. */
  readonly write: (text: string) => void;
  /** Writes a patch to standard output: byte for byte if standard output is not a terminal. */
  readonly writePatch: (text: string) => void;
  /** Sets the exit code of a command that ends without an error. */
  readonly exitWith: (code: number) => void;
}

/** What one run of the program gets from outside. */
export type RunContext = Omit<CommandContext, "engine" | "exitWith" | "program" | "writePatch" | "workingDirectory"> & {
  /** Undefined if the folder no longer exists. */
  readonly workingDirectory: string | undefined;
  readonly platform?: NodeJS.Platform;
};
