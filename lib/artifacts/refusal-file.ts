import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { ENVIRONMENT_VARIABLES } from "../config/config-environment";
import type { Problem } from "../problem/problem";

/**
 * Tells the calling command where the app wrote to, so that the command takes no earlier run for this one. Problems that the
 * app has left stay.
 */
export function writeSynthesized(outdir: string, environment: Readonly<Record<string, string | undefined>>): void {
  const path = environment[ENVIRONMENT_VARIABLES.refusal];
  if (path !== undefined && path !== "" && !existsSync(path))
    writeFileSync(path, JSON.stringify({ outdir: resolve(outdir) }));
}

/** Writes the problems of a refused config to the file that the calling command named. Does nothing without a name. */
export function writeRefusal(
  problems: readonly Problem[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const path = environment[ENVIRONMENT_VARIABLES.refusal];
  if (path !== undefined && path !== "") writeFileSync(path, JSON.stringify(problems));
}
