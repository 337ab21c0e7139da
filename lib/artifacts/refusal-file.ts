import { writeFileSync } from "node:fs";
import { ENVIRONMENT_VARIABLES } from "../config/config-environment";
import type { Problem } from "../problem/problem";

/** Writes the problems of a refused config to the file that the calling command named. Does nothing without a name. */
export function writeRefusal(
  problems: readonly Problem[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const path = environment[ENVIRONMENT_VARIABLES.refusal];
  if (path !== undefined && path !== "") writeFileSync(path, JSON.stringify(problems));
}
