import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StateConfig } from "../../../lib/config/state-config";
import { config as homeConfig, type ConfigPart } from "../home";
import type { RequestRecord, StandIn } from "../../../lab/stand-in/stand-in";
import { attachedProvider, type AttachedProvider } from "./attached-provider";
import {
  createWorkspace,
  type CommandResult,
  type RunningCommand,
  type RunOptions,
} from "../../../lab/machine/workspace";

/** A checkout of this project with a state.config.ts of its own, in a workspace of its own. */
export interface HomeProject {
  readonly directory: string;
  readonly config: StateConfig;
  readonly bucket: string;
  /** Key of the bootstrap stack's state. */
  readonly stateKey: string;
  /** Folder of the synthesized bootstrap stack. */
  readonly stack: string;
  path(...segments: string[]): string;
  /** Text of a file; undefined where there is none. */
  read(...segments: string[]): string | undefined;
  run(command: string, args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  terraform(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Starts `statelock bootstrap` and returns at once. */
  start(args?: readonly string[], options?: RunOptions): RunningCommand;
  /** Runs `statelock bootstrap` to its end. */
  bootstrap(args?: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** From here on Terraform talks to a provider that runs already. */
  attachProvider(): Promise<void>;
  /** Kills the attached provider in whatever it does, as when the machine dies. */
  killProvider(): Promise<void>;
  /** Whether a request was made by something that runs in this project. */
  owns(request: RequestRecord): boolean;
  /** The requests of this project alone, since the stand-in last forgot. */
  requests(): RequestRecord[];
  remove(): Promise<void>;
}

export interface HomeProjectOptions {
  /** What its config says; everything else is the smallest that this project's main.ts takes. */
  readonly config?: ConfigPart;
  /** The project to copy, with everything that is in its folder. @default - this checkout's sources */
  readonly from?: HomeProject;
  /** What cdktf.json calls to synthesize. @default - what it says */
  readonly app?: string;
  /** Added to the environment of everything that runs in it. @default - nothing */
  readonly env?: Readonly<Record<string, string>>;
}

let count = 0;

export function homeProject(standIn: StandIn, options: HomeProjectOptions = {}): HomeProject {
  // The stand-in takes any credentials; different ones tell projects apart in its log.
  const accessKeyId = `PROJECT${String(++count)}`;
  const env = { ...standIn.env, AWS_ACCESS_KEY_ID: accessKeyId, ...options.env };
  const workspace = createWorkspace({ env });
  const directory = workspace.path("project");
  const stack = join(directory, "cdktf.out", "stacks", "bootstrap");
  if (options.from === undefined) workspace.copyProject();
  else cpSync(options.from.directory, directory, { recursive: true, verbatimSymlinks: true });

  const config = homeConfig({ consumers: [{ name: "demo", type: "cdktf" }], ...options.config });
  const { bucket } = config;
  workspace.write("project/state.config.ts", configFile(config));
  if (options.app !== undefined) {
    const settings = JSON.parse(readFileSync(join(directory, "cdktf.json"), "utf8")) as object;
    workspace.write("project/cdktf.json", JSON.stringify({ ...settings, app: options.app }, null, 2));
  }

  const owns = ({ accessKeyId: signer, key }: RequestRecord): boolean =>
    signer === accessKeyId || (signer === undefined && key?.startsWith(`${accessKeyId}/`) === true);
  let provider: AttachedProvider | undefined;
  const here = (run: RunOptions = {}): RunOptions => ({
    cwd: directory,
    ...run,
    env: { ...provider?.env, ...run.env },
  });
  const start = (args: readonly string[] = [], run?: RunOptions): RunningCommand =>
    workspace.start("node", [join(directory, "bin", "statelock.js"), "bootstrap", ...args], here(run));
  return {
    directory,
    config,
    bucket: bucket.name,
    stateKey: bucket.bootstrapKey ?? "bootstrap/terraform.tfstate",
    stack,
    path: (...segments) => join(directory, ...segments),
    read: (...segments) => {
      const path = join(directory, ...segments);
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    },
    run: (command, args, run) => workspace.run(command, args, here(run)),
    terraform: (args, run) => workspace.terraform(args, here(run)),
    start,
    bootstrap: (args, run) => start(args, run).done,
    attachProvider: async () => {
      provider = await attachedProvider(workspace);
    },
    killProvider: async () => {
      await provider?.stop("SIGKILL");
      provider = undefined;
    },
    owns,
    requests: () => standIn.requests().filter(owns),
    remove: async () => {
      await provider?.stop();
      await workspace.remove();
    },
  };
}

function configFile(config: StateConfig): string {
  return [
    'import type { StateConfig } from "./lib";',
    "",
    `export const stateConfig: StateConfig = ${JSON.stringify(config, null, 2)};`,
    "",
  ].join("\n");
}
