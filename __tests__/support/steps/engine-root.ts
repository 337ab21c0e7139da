import { requireSuccess } from "../../../lab/machine/require-success";
import { terraformArguments } from "../../../lab/machine/terraform-arguments";
import { useTestEngine, type TestEngine } from "../../../lab/machine/test-engine";
import { createWorkspace, type CommandResult } from "../../../lab/machine/workspace";
import type { StandIn } from "../../../lab/stand-in/stand-in";

/** A root that one engine runs. */
export interface EngineRoot {
  run(...args: string[]): Promise<CommandResult>;
  remove(): Promise<void>;
}

/** Returns a root that is initialized for a state, which it locks in the bucket and in the table. */
export async function engineRoot(
  engine: TestEngine,
  { standIn, bucket, key, table }: { standIn: StandIn; bucket: string; key: string; table: string },
): Promise<EngineRoot> {
  useTestEngine(engine);
  const workspace = createWorkspace({ env: standIn.env });
  const settings = [`bucket = "${bucket}"`, `key = "${key}"`, "use_lockfile = true", `dynamodb_table = "${table}"`];
  workspace.write("backend.tf", `terraform {\n  backend "s3" {\n    ${settings.join("\n    ")}\n  }\n}\n`);
  const run = (...args: string[]): Promise<CommandResult> => {
    useTestEngine(engine);
    return workspace.start("terraform", terraformArguments(args)).done;
  };
  requireSuccess(await run("init"));
  return { run, remove: () => workspace.remove() };
}
