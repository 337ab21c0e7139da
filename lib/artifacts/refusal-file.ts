import { writeFileSync } from "node:fs";
import { ENVIRONMENT_VARIABLES } from "../config/config-environment";
import type { Problem } from "../problem/problem";

/** Leaves the problems of a refused config for the command that ran this, where one did. */
export function writeRefusal(
  problems: readonly Problem[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const path = environment[ENVIRONMENT_VARIABLES.refusal];
  if (path !== undefined && path !== "") writeFileSync(path, JSON.stringify(problems));
}
