import type { Problem } from "../problem/problem";
import type { StateConfig } from "./state-config";

/** What the environment may say: the part of the config that differs between CI jobs, and where bootstrap's state is. */
export interface EnvironmentSettings {
  readonly bucket: Partial<Record<"name" | "region" | "account", string>>;
  /** Set by `statelock bootstrap` alone, for the synth that precedes the move. */
  readonly bootstrapInBucket: boolean;
}

export const ENVIRONMENT_VARIABLES = {
  name: "STATELOCK_BUCKET",
  region: "STATELOCK_REGION",
  account: "STATELOCK_ACCOUNT",
  bootstrap: "STATELOCK_BOOTSTRAP_STATE",
  /** Where a refused synth leaves its problems; set by `statelock bootstrap` alone. */
  refusal: "STATELOCK_REFUSAL_FILE",
} as const;

const FIELDS = ["name", "region", "account"] as const;

/** The one place where the project's own environment variables are read. Empty counts as not set. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): EnvironmentSettings {
  const fields = FIELDS.flatMap((field) => {
    const value = environment[ENVIRONMENT_VARIABLES[field]];
    return value === undefined || value === "" ? [] : [[field, value] as const];
  });
  return {
    bucket: Object.fromEntries(fields),
    bootstrapInBucket: environment[ENVIRONMENT_VARIABLES.bootstrap] === "bucket",
  };
}

/** Names the variable that a refused value comes from: the config does not have it. */
export function fromEnvironment(problem: Problem, { bucket }: EnvironmentSettings): Problem {
  const field = FIELDS.find((name) => problem.path === `bucket.${name}` && bucket[name] !== undefined);
  return field === undefined ? problem : { ...problem, path: `${ENVIRONMENT_VARIABLES[field]} (for ${problem.path})` };
}

/** The config with what the environment says instead. */
export function withEnvironment(config: StateConfig, settings: EnvironmentSettings): StateConfig {
  return { ...config, bucket: { ...config.bucket, ...settings.bucket } };
}
