import { createColors } from "picocolors";

export type Colors = ReturnType<typeof createColors>;

/** A stream of this process. Node leaves `isTTY` undefined if the stream is not a terminal. */
interface Destination {
  readonly isTTY?: boolean;
}

/**
 * Returns colours if the text goes to a terminal that shows them and NO_COLOR (https://no-color.org) is not set;
 * otherwise functions that change nothing. A CI system is not a terminal, whatever it exports.
 */
export function colorsFor({ isTTY = false }: Destination, environment: NodeJS.ProcessEnv): Colors {
  const plain = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return createColors(isTTY && !plain);
}
