import { App, type TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { writeRefusal } from "../lib/artifacts/refusal-file";
import { writeArtifacts } from "../lib/artifacts/write-artifacts";
import type { StateConfig } from "../lib/config/state-config";
import { stackProblems } from "../lib/home/find-consumer";
import { policyProblems } from "../lib/home/home-policies";
import { resolveStateHome } from "../lib/home/resolve-home";
import { refuse, UserError } from "../lib/problem/problem";
import { systemProblem } from "../lib/problem/system-problem";
import { readBootstrapRecord } from "../lib/record/bootstrap-record-file";
import { readSeenRecord } from "../lib/record/migration-record-file";
import { BootstrapStack } from "./bootstrap-stack";
import type { ConsumerStackProps } from "./consumer-stack";

/** The class of a consumer's stack: usually one that extends `ConsumerStack`. */
export type ConsumerStackClass = new (scope: Construct, id: string, props: ConsumerStackProps) => TerraformStack;

/** Settings of {@link synthesizeHome}. */
export interface SynthesizeHomeOptions {
  /** Folder of the records that Statelock commits. @default - the working directory, which is the folder of cdktf.json */
  readonly project?: string;
}

/**
 * Synthesizes a whole state home: the bootstrap stack, the stack of every consumer of type `cdktf`, backend files,
 * policies and the inventory. Prints the problems of a config that it refuses, writes nothing then, and sets the exit
 * code to 1.
 *
 * @param config the config, or a function that loads it
 * @param stacks the stack class of each consumer of type `cdktf`, by the consumer's name
 */
export async function synthesizeHome(
  config: StateConfig | (() => Promise<StateConfig>),
  stacks: Readonly<Record<string, ConsumerStackClass>> = {},
  options: SynthesizeHomeOptions = {},
): Promise<void> {
  try {
    const given = typeof config === "function" ? await config() : config;
    await synthesize(given, stacks, options.project ?? process.cwd());
  } catch (error) {
    if (error instanceof UserError) writeRefusal(error.problems, process.env);
    console.error(textOf(error));
    process.exitCode = 1;
  }
}

async function synthesize(
  config: StateConfig,
  stacks: Readonly<Record<string, ConsumerStackClass>>,
  project: string,
): Promise<void> {
  const [record, seen] = [readBootstrapRecord(project), readSeenRecord(project)];
  const home = resolveStateHome(config, { environment: process.env, record, seen });
  refuse([...stackProblems(home, Object.keys(stacks)), ...(await policyProblems(home))]);

  const app = new App();
  new BootstrapStack(app, home.bootstrap.stack, { home });
  for (const [name, Stack] of Object.entries(stacks)) new Stack(app, name, { home });
  app.synth();
  writeArtifacts(home, app.outdir);
}

function textOf(error: unknown): unknown {
  if (error instanceof UserError) return `Nothing was written:\n\n${error.message}`;
  const ofSystem = systemProblem(error);
  return ofSystem === undefined ? error : new UserError([ofSystem]).message;
}
