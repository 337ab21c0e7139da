import { reworded, type Problem } from "../problem/problem";
import type { StateConfig } from "./state-config";

/** The settings that Statelock reads from the environment. */
export interface EnvironmentSettings {
  /** Overrides of the config, for CI jobs that differ in nothing else. */
  readonly bucket: Partial<Record<"name" | "region" | "account", string>>;
  /** True for the synth that `statelock bootstrap` runs before it moves the bootstrap stack's state into the bucket. */
  readonly bootstrapInBucket: boolean;
  /** True for a synth of `statelock bootstrap`, which judges from the plan and the states whether a policy may go. */
  readonly isBootstrap: boolean;
  /** ARN of the key that the bootstrap stack manages, from the stack's state. It is newer than the record. */
  readonly createdKeyArn: string | undefined;
}

export const ENVIRONMENT_VARIABLES = {
  name: "STATELOCK_BUCKET",
  region: "STATELOCK_REGION",
  account: "STATELOCK_ACCOUNT",
  /** Only `statelock bootstrap` sets it: `bucket`, or `recorded`. */
  bootstrap: "STATELOCK_BOOTSTRAP_STATE",
  /** Only `statelock bootstrap` sets it. */
  createdKey: "STATELOCK_CREATED_KEY_ARN",
  /** File for the problems of a refused synth. Only `statelock bootstrap` sets it. */
  refusal: "STATELOCK_REFUSAL_FILE",
} as const;

const FIELDS = ["name", "region", "account"] as const;

/** Returns the settings in the environment. An empty variable counts as not set. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): EnvironmentSettings {
  const fields = FIELDS.flatMap((field) => {
    const value = given(environment[ENVIRONMENT_VARIABLES[field]]);
    return value === undefined ? [] : [[field, value] as const];
  });
  return {
    bucket: Object.fromEntries(fields),
    bootstrapInBucket: environment[ENVIRONMENT_VARIABLES.bootstrap] === "bucket",
    isBootstrap: given(environment[ENVIRONMENT_VARIABLES.bootstrap]) !== undefined,
    createdKeyArn: given(environment[ENVIRONMENT_VARIABLES.createdKey]),
  };
}

/** Returns the problem with the variable that the value came from as its place. */
export function fromEnvironment(problem: Problem, { bucket }: EnvironmentSettings): Problem {
  const field = FIELDS.find((name) => problem.path === `bucket.${name}` && bucket[name] !== undefined);
  if (field === undefined) return problem;
  return reworded(problem, { path: `${ENVIRONMENT_VARIABLES[field]} (for ${problem.path})` });
}

/** Returns the config with the overrides of the environment. */
export function withEnvironment(config: StateConfig, settings: EnvironmentSettings): StateConfig {
  return { ...config, bucket: { ...config.bucket, ...settings.bucket } };
}

function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
