import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ENGINE_NAMES } from "../../lib/engine/engine";
import { inheritedEnvironment } from "./child-environment";
import { startCommand, type CommandOptions, type CommandResult, type RunningCommand } from "./command";
import { copyProject } from "./project-copy";
import { terraformArguments } from "./terraform-arguments";
import { testEngine } from "./test-engine";
import { terraformCliConfig, type TerraformCliConfig } from "./terraform-cli-config";

export type { CommandResult, RunningCommand };

export interface RunOptions extends Partial<Omit<CommandOptions, "env">> {
  /** Added to the workspace's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A temporary place to run real programs in: its own HOME, Terraform CLI config and environment. */
export interface Workspace {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cliConfig: TerraformCliConfig;
  path(...segments: string[]): string;
  /** Writes a file, with its folders, and returns its path. */
  write(file: string, text: string): string;
  /** Runs to the end; a failure is a result, not an error. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Starts and returns at once. `terraform` is the engine under test, whichever that is. */
  start(command: string, args: readonly string[], options?: RunOptions): RunningCommand;
  /** Runs the engine under test, with plain output and without questions. */
  terraform(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Copies this project's sources to a folder of the workspace and returns its path. */
  copyProject(name?: string): string;
  /** Ends whatever still runs and removes everything. */
  remove(): Promise<void>;
}

/**
 * Terraform and the AWS provider, whose schema alone is half a gigabyte, spend a third of a plan on collecting garbage
 * of a process that ends at once. Go collects again where one of them comes near the limit.
 * Source: https://go.dev/doc/gc-guide#GOGC
 */
const WITHOUT_COLLECTOR = { GOGC: "off", GOMEMLIMIT: "1GiB" };

interface WorkspaceOptions {
  /** Added to what every child gets, such as the environment of a stand-in. @default - nothing */
  readonly env?: Readonly<Record<string, string>>;
}

export function createWorkspace(options: WorkspaceOptions = {}): Workspace {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "statelock-e2e-")));
  const directory = join(top, "work");
  const home = join(top, "home");
  for (const folder of [directory, home]) mkdirSync(folder);
  const cliConfig = terraformCliConfig(top);
  const env = {
    ...inheritedEnvironment(process.env),
    HOME: home,
    TF_CLI_CONFIG_FILE: cliConfig.file,
    CHECKPOINT_DISABLE: "1",
    // cdktf would copy every provider to the new HOME.
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
    ...WITHOUT_COLLECTOR,
    ...engineEnvironment(join(top, "bin")),
    ...options.env,
  };
  const running = new Set<RunningCommand>();

  const path = (...segments: string[]): string => join(directory, ...segments);
  const start = (command: string, args: readonly string[], run: RunOptions = {}): RunningCommand => {
    const program = command === "terraform" ? testEngine().name : command;
    const started = startCommand(program, args, { cwd: directory, ...run, env: merged(env, run.env) });
    running.add(started);
    void started.done.then(() => running.delete(started));
    return started;
  };

  return {
    directory,
    env,
    cliConfig,
    path,
    start,
    run: (command, args, run) => start(command, args, run).done,
    terraform: (args, run) => start("terraform", terraformArguments(args), run).done,
    write: (file, text) => {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), text);
      return path(file);
    },
    copyProject: (name = "project") => copyProject(path(name)),
    remove: async () => {
      for (const command of running) command.killAll();
      await Promise.all([...running].map((command) => command.done));
      rmSync(top, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Puts the engine under test in front of PATH, under its usual name, and names it for `statelock` and cdktf. */
function engineEnvironment(folder: string): Record<string, string> {
  const { name, binary } = testEngine();
  if (binary === ENGINE_NAMES[0]) return {};
  mkdirSync(folder);
  if (/[/\\]/.test(binary)) symlinkSync(resolve(binary), join(folder, name));
  return { PATH: `${folder}:${process.env["PATH"] ?? ""}`, TERRAFORM_BINARY_NAME: name };
}

function merged(env: Record<string, string>, more: RunOptions["env"] = {}): Record<string, string> {
  const all = Object.entries({ ...env, ...more });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
