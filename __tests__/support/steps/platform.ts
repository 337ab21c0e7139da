import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Locking } from "../../../lib/policy/access-level";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type CommandResult, type Workspace } from "../../../lab/machine/workspace";
import { FLEET_BUCKET, FLEET_TABLE } from "./legacy-fleet";
import { synthProject } from "./synth-project";
import { marksOf, witnessCommand } from "./witnessed-work";

/** Stacks that need no provider, one for each consumer. */
const MAIN = `import { App, DataResource, TerraformOutput, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { writeArtifacts } from "${PROJECT_ROOT}/lib/artifacts/write-artifacts";
import type { StateConfig } from "${PROJECT_ROOT}/lib";
import { papersOf } from "${PROJECT_ROOT}/lib/home/papers";
import { resolveStateHome } from "${PROJECT_ROOT}/lib/home/resolve-home";
import { ConsumerStack, type ConsumerStackProps } from "${PROJECT_ROOT}/stacks/consumer-stack";
import { stateConfig } from "./state.config";

class Service extends ConsumerStack {
  constructor(scope: Construct, id: string, props: ConsumerStackProps) {
    super(scope, id, props);
    const mark = new TerraformVariable(this, "mark", { default: "none" });
    new TerraformVariable(this, "first", { type: "bool", default: false });
    const own = this.outputsOf(id);
    own.overrideLogicalId("own");
    own.addOverride("count", "\${var.first ? 0 : 1}");
    const command = ${JSON.stringify(witnessCommand("STATE"))}.replaceAll("STATE", "default-" + id);
    const work = new DataResource(this, "work", { provisioners: [{ type: "local-exec", command }] });
    work.addOverride("triggers_replace", mark.value);
    new TerraformOutput(this, "marks", { value: ${JSON.stringify(`\${${marksOf("own")}}`)} });
  }
}

const home = resolveStateHome(stateConfig as StateConfig);
const app = new App();
for (const { name } of home.consumers) new Service(app, name, { home });
app.synth();
writeArtifacts(papersOf(home), app.outdir);
`;

/** Our project in a fleet's repository: CDKTF consumers that lock in its table. */
export interface Platform {
  /** Of the inventory. */
  readonly inventory: string;
  synth(): Promise<void>;
  /** Edits the config by hand: every consumer locks so. */
  setLocking(to: Locking): void;
  checkout(env: Readonly<Record<string, string>>): StackCheckout;
}

/** A place where synthesized stacks are applied; as old as what was last fetched to it. */
export interface StackCheckout {
  /** Takes the stack as it was synthesized last, and initializes it. */
  fetch(consumer: string): Promise<void>;
  terraform(consumer: string, ...args: readonly string[]): Promise<CommandResult>;
  remove(): Promise<void>;
}

/** @param folder of the workspace, in which it is made */
export function platform(
  workspace: Workspace,
  folder: string,
  { account, consumers }: { readonly account: string; readonly consumers: readonly string[] },
): Platform {
  const config = {
    bucket: { name: FLEET_BUCKET, region: "us-east-1", account },
    legacyTable: FLEET_TABLE,
    consumers: consumers.map((name) => ({ name, type: "cdktf", locking: "dynamodb" })),
  };
  const project = synthProject(workspace, folder, `export const stateConfig = ${JSON.stringify(config, null, 2)};\n`);
  workspace.write(`${folder}/main.ts`, MAIN);
  return {
    inventory: workspace.path(folder, "cdktf.out", "inventory.json"),
    setLocking: (to) => {
      const edited = project.read("state.config.ts").replace(/"locking": "\w+"/g, `"locking": "${to}"`);
      workspace.write(`${folder}/state.config.ts`, edited);
    },
    synth: async () => {
      requireSuccess(await project.synth());
    },
    checkout: (env) => checkout(workspace.path(folder, "cdktf.out", "stacks"), createWorkspace({ env })),
  };
}

function checkout(stacks: string, workspace: Workspace): StackCheckout {
  const terraform: StackCheckout["terraform"] = (consumer, ...args) =>
    workspace.terraform(args, { cwd: workspace.path(consumer) });
  return {
    terraform,
    fetch: async (consumer) => {
      mkdirSync(workspace.path(consumer), { recursive: true });
      cpSync(join(stacks, consumer, "cdk.tf.json"), workspace.path(consumer, "cdk.tf.json"));
      requireSuccess(await terraform(consumer, "init", "-reconfigure"));
    },
    remove: () => workspace.remove(),
  };
}
