import { createColors } from "picocolors";

export type Colors = ReturnType<typeof createColors>;

/** A stream of this process; Node leaves `isTTY` out where it is no terminal. */
export interface Destination {
  readonly isTTY?: boolean;
}

/**
 * Colour only where the text goes to a terminal that shows it, and NO_COLOR (https://no-color.org) is not set.
 * A CI system is no terminal, whatever it exports.
 */
export function colorsFor({ isTTY = false }: Destination, environment: NodeJS.ProcessEnv): Colors {
  const plain = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return createColors(isTTY && !plain);
}
