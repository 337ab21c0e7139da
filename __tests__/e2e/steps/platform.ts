import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locking } from "../../../lib";
import { requireSuccess } from "../support/require-success";
import type { StandIn } from "../support/stand-in";
import { createWorkspace, type CommandResult, type Workspace } from "../support/workspace";
import { FLEET_BUCKET, FLEET_TABLE } from "./legacy-fleet";
import { homeProject, type HomeProject } from "./home-project";
import { marksOf, witnessCommand } from "./witnessed-work";

/** Stacks that need no provider, one for each consumer. */
const MAIN = `import { App, DataResource, TerraformOutput, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { writeArtifacts } from "./lib/artifacts/write-artifacts";
import { resolveStateHome } from "./lib/config/resolve";
import { ConsumerStack, type ConsumerStackProps } from "./stacks/consumer-stack";
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

const home = resolveStateHome(stateConfig);
const app = new App();
for (const { name } of home.consumers) new Service(app, name, { home });
app.synth();
writeArtifacts(home, app.outdir);
`;

/** A project of ours with CDKTF consumers that lock in the fleet's table, and the checkouts their stacks are applied in. */
export interface Platform {
  readonly project: HomeProject;
  readonly inventory: string;
  readonly stacks: string;
  /** Changes what a consumer's locking is in the config, by hand. */
  setLocking(consumer: string, locking: Locking): void;
  synth(): Promise<void>;
  checkout(env: Readonly<Record<string, string>>): StackCheckout;
  remove(): Promise<void>;
}

/** A place where synthesized stacks are applied; as old as what was last fetched to it. */
export interface StackCheckout {
  /** Takes the stack as it was synthesized last, and initializes it. */
  fetch(consumer: string): Promise<void>;
  terraform(consumer: string, ...args: readonly string[]): Promise<CommandResult>;
  remove(): Promise<void>;
}

export function platform(standIn: StandIn, consumers: readonly string[]): Platform {
  const project = homeProject(standIn, {
    config: {
      bucket: { name: FLEET_BUCKET, region: "us-east-1", account: standIn.accountId },
      legacyTable: FLEET_TABLE,
      consumers: consumers.map((name) => ({ name, type: "cdktf" as const, locking: "dynamodb" as const })),
    },
  });
  const stacks = project.path("cdktf.out", "stacks");
  writeFileSync(project.path("main.ts"), MAIN);
  return {
    project,
    stacks,
    inventory: project.path("cdktf.out", "inventory.json"),
    setLocking: (consumer, to) => {
      const file = project.path("state.config.ts");
      const entry = new RegExp(`("name": "${consumer}"[^}]*"locking": )"[a-z]+"`);
      writeFileSync(file, readFileSync(file, "utf8").replace(entry, `$1"${to}"`));
    },
    synth: async () => {
      requireSuccess(await project.run(process.execPath, ["--import", "tsx", "main.ts"]));
    },
    checkout: (env) => checkout(stacks, createWorkspace({ env })),
    remove: () => project.remove(),
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
