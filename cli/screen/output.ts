import { colorsFor, type Colors } from "./colors";

/** Where a command's result goes: standard output, which may be a terminal, a file or a pipe. */
export interface Output {
  readonly colors: Colors;
  /** Columns of the terminal; those of a usual wide one where it is none. */
  readonly columns: number;
  readonly isTerminal: boolean;
}

const COLUMNS_OF_A_PIPE = 160;

/** Standard output of this process: colour only where it is a terminal and NO_COLOR is not set. */
export function processOutput(environment: NodeJS.ProcessEnv): Output {
  const isTerminal = process.stdout.isTTY;
  const columns = (isTerminal ? process.stdout.columns : Number(environment["COLUMNS"])) || COLUMNS_OF_A_PIPE;
  return { colors: colorsFor(process.stdout, environment), columns, isTerminal };
}
