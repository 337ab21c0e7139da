import { App, type TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { writeRefusal, writeSynthesized } from "../lib/artifacts/refusal-file";
import { synthesisText } from "../lib/artifacts/synthesis";
import { lostKeyProblems } from "../lib/artifacts/lost-key";
import { writeArtifacts } from "../lib/artifacts/write-artifacts";
import { refuseLinksBelow } from "../lib/files/plain-file";
import type { StateHome } from "../lib/config/state-home";
import { requiredVersion } from "../lib/engine/floors";
import { DEFAULT_ENGINE } from "../lib/engine/engine";
import { speakingOf } from "../lib/engine/spoken-engine";
import type { StateConfig } from "../lib/config/state-config";
import { stackProblems } from "../lib/home/find-consumer";
import { papersOf } from "../lib/home/papers";
import { policyProblems } from "../lib/home/policy-problems";
import { resolveStateHome } from "../lib/home/resolve-home";
import { refuse, UserError } from "../lib/problem/problem";
import { systemProblem } from "../lib/problem/system-problem";
import { readBootstrapRecord, readSeenRecord } from "../lib/record/record-files";
import { BootstrapStack } from "./bootstrap-stack";
import type { ConsumerStackProps } from "./consumer-stack";

/**
 * The class of a consumer's stack: usually one that extends `ConsumerStack`.
 * @example
 * const stacks: Record<string, ConsumerStackClass> = { demo: DemoStack };
 */
export type ConsumerStackClass = new (scope: Construct, id: string, props: ConsumerStackProps) => TerraformStack;

/**
 * Settings of {@link synthesizeHome}.
 * @example
 * const options: SynthesizeHomeOptions = { project: __dirname };
 */
export interface SynthesizeHomeOptions {
  /** Folder of the records that Statelock commits. @default - the working directory, which is the folder of cdktf.json */
  readonly project?: string;
  /**
   * Your app, with stacks of its own. Statelock adds the stacks of the home to it and synthesizes it, so do not call
   * `app.synth()`. @default - an app that has only the stacks of the home
   */
  readonly app?: App;
}

/**
 * Synthesizes a whole state home: the bootstrap stack, the stack of every consumer of type `cdktf`, backend files,
 * policies and the inventory. Prints to standard error what it wrote, unless the CDKTF CLI runs the app. If the config has
 * problems, prints all of them, writes nothing and sets the exit code to 1.
 *
 * @param stacks the stack class of each consumer of type `cdktf`, by the consumer's name
 * @example
 * synthesizeHome(stateConfig, { demo: DemoStack });
 */
export function synthesizeHome(
  config: StateConfig,
  stacks: Readonly<Record<string, ConsumerStackClass>> = {},
  options: SynthesizeHomeOptions = {},
): void {
  try {
    synthesize(config, stacks, options);
  } catch (error) {
    reportRefusal(error);
  }
}

function synthesize(
  config: StateConfig,
  stacks: Readonly<Record<string, ConsumerStackClass>>,
  { project = process.cwd(), app: given }: SynthesizeHomeOptions,
): void {
  const [record, seen] = [readBootstrapRecord(project), readSeenRecord(project)];
  const home = resolveStateHome(config, { environment: process.env, record, seen });
  const papers = papersOf(home);
  speakingOf(home.engine ?? DEFAULT_ENGINE, () => {
    refuse([...stackProblems(home, Object.keys(stacks)), ...policyProblems(papers)]);
  });

  const app = given ?? new App({ context: { targetVersions: targetVersions(home) } });
  refuseLinksBelow(app.outdir);
  refuse(lostKeyProblems(home, app.outdir, process.env, record));
  new BootstrapStack(app, home.bootstrap.stack, { papers });
  for (const [name, Stack] of Object.entries(stacks)) new Stack(app, name, { home });
  app.synth();
  writeArtifacts(papers, app.outdir);
  writeSynthesized(app.outdir, process.env);
  const text = synthesisText(papers, app.outdir, process.env);
  if (text !== undefined) console.error(text);
}

/**
 * Returns the lowest version of each engine that runs a stack. cdktn, the successor of cdktf, checks `use_lockfile` against
 * them, and learns them otherwise only from its own CLI. cdktf does not read them.
 */
function targetVersions({ engine, consumers, bucket }: StateHome): Readonly<Record<string, string>> {
  const engines = [engine, ...consumers.filter(({ type }) => type === "cdktf").map((consumer) => consumer.engine)];
  const names = new Set(engines.map((name) => name ?? DEFAULT_ENGINE));
  return Object.fromEntries(
    [...names].map((name) => [
      name === "tofu" ? "opentofu" : name,
      requiredVersion({ engine: name, partition: bucket.partition }).replaceAll(" ", ""),
    ]),
  );
}

/** Prints why nothing was synthesized, leaves it for the command that runs this app, and sets the exit code to 1. */
export function reportRefusal(error: unknown): void {
  if (error instanceof UserError) writeRefusal(error.problems, process.env);
  console.error(textOf(error));
  process.exitCode = 1;
}

function textOf(error: unknown): unknown {
  if (error instanceof UserError) return `Nothing was written:\n\n${error.message}`;
  const ofSystem = systemProblem(error);
  return ofSystem === undefined ? error : new UserError([ofSystem]).message;
}
