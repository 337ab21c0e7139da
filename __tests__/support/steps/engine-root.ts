import { requireSuccess } from "../../../lab/machine/require-success";
import { terraformArguments } from "../../../lab/machine/terraform-arguments";
import { useTestEngine, type TestEngine } from "../../../lab/machine/test-engine";
import { createWorkspace, type CommandResult, type RunningCommand } from "../../../lab/machine/workspace";
import type { StandIn } from "../../../lab/stand-in/stand-in";

/** A root that one engine runs. */
export interface EngineRoot {
  run(...args: string[]): Promise<CommandResult>;
  start(...args: string[]): RunningCommand;
  remove(): Promise<void>;
}

/** Where a root keeps its state. */
interface EngineRootPlace {
  readonly standIn: StandIn;
  readonly bucket: string;
  readonly key: string;
  /** @default - it locks in the bucket alone */
  readonly table?: string;
  /** What it makes besides the backend. @default - nothing */
  readonly main?: string;
  /** The access key with which its requests are signed, by which a test recognizes them. @default - that of every root */
  readonly accessKey?: string;
}

/** Returns a root that is initialized for a state, which it locks in the bucket and, if there is one, in the table. */
export async function engineRoot(
  engine: TestEngine,
  { standIn, bucket, key, table, main = "", accessKey }: EngineRootPlace,
): Promise<EngineRoot> {
  useTestEngine(engine);
  const workspace = createWorkspace({
    env: { ...standIn.env, ...(accessKey === undefined ? {} : { AWS_ACCESS_KEY_ID: accessKey }) },
  });
  const settings = [
    ...[`bucket = "${bucket}"`, `key = "${key}"`, "use_lockfile = true"],
    ...(table === undefined ? [] : [`dynamodb_table = "${table}"`]),
  ];
  workspace.write("main.tf", main);
  workspace.write("backend.tf", `terraform {\n  backend "s3" {\n    ${settings.join("\n    ")}\n  }\n}\n`);
  const start = (...args: string[]): RunningCommand => {
    useTestEngine(engine);
    return workspace.start("terraform", terraformArguments(args));
  };
  const run = (...args: string[]): Promise<CommandResult> => start(...args).done;
  requireSuccess(await run("init"));
  return { run, start, remove: () => workspace.remove() };
}
