import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import type { CommandResult, Workspace } from "../../../lab/machine/workspace";

/** A folder of a workspace that is synthesized with this checkout's code: nothing in it is a root but what synth writes. */
interface SynthProject {
  /** Runs main.ts, as cdktf would. */
  synth(): Promise<CommandResult>;
  /** Text of a file. */
  read(...segments: string[]): string;
  /** The locking arguments of a synthesized stack. */
  stackLocking(stack: string): object;
  /** True where any policy of the consumer names the table. */
  grantsTable(consumer: string): boolean;
}

export function synthProject(workspace: Workspace, folder: string, config: string): SynthProject {
  workspace.write(`${folder}/state.config.ts`, config);
  for (const file of ["package.json", "tsconfig.json"]) cpSync(join(PROJECT_ROOT, file), workspace.path(folder, file));
  // A link that leads out of the folder would be one that a search cannot follow.
  const main = readFileSync(join(PROJECT_ROOT, "main.ts"), "utf8");
  workspace.write(`${folder}/main.ts`, main.replace(/"\.\/(lib|stacks)"/g, `"${PROJECT_ROOT}/$1"`));
  symlinkSync(join(PROJECT_ROOT, "node_modules"), workspace.path(folder, "node_modules"));
  const read = (...segments: string[]): string => readFileSync(workspace.path(folder, ...segments), "utf8");
  return {
    read,
    synth: () => workspace.run(process.execPath, ["--import", "tsx", "main.ts"], { cwd: workspace.path(folder) }),
    stackLocking: (stack) => {
      const { terraform } = JSON.parse(read("cdktf.out", "stacks", stack, "cdk.tf.json")) as {
        terraform: { backend: { s3: Record<string, unknown> } };
      };
      const { dynamodb_table: table, use_lockfile: lockfile } = terraform.backend.s3;
      return { table, lockfile };
    },
    grantsTable: (consumer) =>
      ["reader", "planner", "applier", "unlocker"].some((level) => {
        const policy = workspace.path(folder, "cdktf.out", "policies", `${consumer}.${level}.json`);
        return existsSync(policy) && readFileSync(policy, "utf8").includes("dynamodb");
      }),
  };
}
