import { spawnSync } from "node:child_process";
import { inheritedEnvironment } from "./child-environment";

/** The variable that names Terragrunt, by name or path. */
const VARIABLE = "STATELOCK_TEST_TERRAGRUNT";

/** Returns the Terragrunt to test with: the one that STATELOCK_TEST_TERRAGRUNT names, otherwise the one on PATH. */
export function terragruntBinary(env: NodeJS.ProcessEnv = process.env): string {
  const named = env[VARIABLE] ?? "";
  return named === "" ? "terragrunt" : named;
}

/** True if Terragrunt starts. */
export function hasTerragrunt(): boolean {
  const { status, error } = spawnSync(terragruntBinary(), ["--version"], {
    env: inheritedEnvironment(process.env),
    timeout: 60_000,
  });
  return error === undefined && status === 0;
}
