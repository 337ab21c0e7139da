import { colorsFor, type Colors } from "./colors";

/** Describes standard output, which may be a terminal, a file or a pipe. */
export interface Output {
  readonly colors: Colors;
  /** Columns of the terminal, or of a usual wide terminal if standard output is a file or a pipe. */
  readonly columns: number;
  readonly isTerminal: boolean;
}

const COLUMNS_OF_A_PIPE = 160;

/** Returns the description of this process's standard output. */
export function processOutput(environment: NodeJS.ProcessEnv): Output {
  const isTerminal = process.stdout.isTTY;
  const columns = (isTerminal ? process.stdout.columns : Number(environment["COLUMNS"])) || COLUMNS_OF_A_PIPE;
  return { colors: colorsFor(process.stdout, environment), columns, isTerminal };
}
