import { papersOf } from "../../lib/home/papers";
import { App, type TerraformStack } from "cdktf";
import { writeArtifacts } from "../../lib/artifacts/write-artifacts";
import type { StateHome } from "../../lib/config/state-home";
import { BootstrapStack } from "../../stacks/bootstrap-stack";
import { DemoStack } from "../../stacks/demo-stack";
import { filesBelow, scratch } from "./scratch";

/** A synthesized stack, as far as tests look at it. */
export interface StackJson {
  readonly terraform: {
    readonly backend: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly required_providers: Readonly<Record<string, { readonly source: string; readonly version: string }>>;
    readonly required_version?: string;
  };
  readonly provider: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly import?: readonly { readonly id: string; readonly to: string }[];
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Really synthesizes an app of these stacks, which also resolves references from stack to stack. */
export function synthStacks(build: (app: App) => void): Map<string, StackJson> {
  const app = new App({ outdir: scratch() });
  build(app);
  app.synth();
  const files = [...filesBelow(app.outdir)].filter(([path]) => path.endsWith("cdk.tf.json"));
  return new Map(files.map(([path, content]) => [path.split("/")[1] ?? "", JSON.parse(content) as StackJson]));
}

/** One synthesized stack. */
export function synthStack(name: string, build: (app: App) => TerraformStack): StackJson {
  const stack = synthStacks(build).get(name);
  if (stack === undefined) throw new Error(`The app made no stack called ${name}.`);
  return stack;
}

/** Writes everything that synth writes of a home: main.ts, with a DemoStack for every CDKTF consumer. */
export function synthHome(home: StateHome, outdir: string = scratch()): Map<string, string> {
  const app = new App({ outdir });
  new BootstrapStack(app, home.bootstrap.stack, { papers: papersOf(home) });
  for (const { name } of home.consumers.filter((consumer) => consumer.type === "cdktf")) {
    new DemoStack(app, name, { home });
  }
  app.synth();
  writeArtifacts(papersOf(home), outdir);
  return filesBelow(outdir);
}
