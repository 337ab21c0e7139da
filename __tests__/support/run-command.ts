import { devNull } from "node:os";
import { createColors } from "picocolors";
import type { Command } from "commander";
import { programOf, runProgram } from "../../cli/program";
import type { RunContext } from "../../cli/screen/command-context";
import type { CommandResult, RunOptions, Workspace } from "../../lab/machine/workspace";
import type { FakeS3 } from "../../lab/memory/memory-s3";
import { validJson } from "./published-schemas";

/** What a person, a pipe or a script would see of a run. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunSettings {
  /** What is typed at each question; without answers nobody is there to answer. */
  readonly answers?: readonly string[];
  /** Gets what is shown while the command works. @default - nobody looks */
  readonly status?: (text: string) => void;
  /** Columns of standard output. @default 160 */
  readonly columns?: number;
  readonly colors?: boolean;
  /** True if standard output is a terminal. @default - as `colors` */
  readonly isTerminal?: boolean;
  readonly workingDirectory?: string;
  /** True if somebody has removed the working directory. @default false */
  readonly isFolderGone?: boolean;
  /** @default - none; the AWS SDK reads that of the process all the same */
  readonly environment?: NodeJS.ProcessEnv;
  /** @default - one that Statelock supports */
  readonly platform?: NodeJS.Platform;
}

/** Runs `statelock` in this process, as its binary does. What `--json` answers is held to its published schema. */
export async function runStatelock(args: readonly string[], settings: RunSettings = {}): Promise<Run> {
  const {
    answers: typed,
    columns = 160,
    colors = false,
    workingDirectory = __dirname,
    environment: own = {},
  } = settings;
  const environment = { STATELOCK_AUDIT_LOG: devNull, ...own };
  const left = [...(typed ?? [])];
  let stdout = "";
  let stderr = "";
  const surroundings: RunContext = {
    environment,
    workingDirectory: settings.isFolderGone === true ? undefined : workingDirectory,
    terminal: {
      colors: createColors(colors),
      interactive: typed !== undefined,
      note: (text) => (stderr += `${text}\n`),
      status: settings.status,
      ask: (question) => {
        stderr += question;
        return Promise.resolve(left.shift() ?? "");
      },
    },
    output: { colors: createColors(colors), columns, isTerminal: settings.isTerminal ?? colors },
    write: (text) => (stdout += text),
    ...(settings.platform !== undefined && { platform: settings.platform }),
  };
  const code = await runProgram(["node", "statelock", ...args], surroundings);
  const answers = args.includes("--watch") ? stdout.trim().split("\n") : [stdout];
  if (args.includes("--json")) for (const text of answers.filter((each) => each !== "")) validJson(text);
  return { code, stdout, stderr };
}

/**
 * Runs `statelock` in a workspace, as its binary does, but in this process: starting a program is most of what a short
 * command costs. The AWS SDK reads the environment of the process.
 */
export async function runIn(
  { directory, env }: Workspace,
  args: readonly string[],
  options: Pick<RunOptions, "cwd" | "env"> = {},
): Promise<CommandResult> {
  const environment = { ...env, ...options.env };
  const run = await runStatelock(args, { workingDirectory: options.cwd ?? directory, environment });
  return { ...run, signal: null, command: ["statelock", ...args].join(" ") };
}

/** Every command, to be looked at. */
export function commandTree(): Command {
  const nobody = (): never => {
    throw new Error("a command ran that was only to be looked at");
  };
  const colors = createColors(false);
  return programOf(
    {
      environment: {},
      program: "statelock",
      workingDirectory: __dirname,
      engine: { isGiven: false, choose: nobody },
      terminal: { colors, interactive: false, note: nobody, status: undefined, ask: nobody },
      output: { colors, columns: 160, isTerminal: false },
      write: nobody,
      writePatch: nobody,
      exitWith: nobody,
    },
    [],
  );
}

/** The options that point a command at a fake bucket. */
export function bucketFlags({ place }: FakeS3): string[] {
  const { name, region, account = "", access } = place;
  const flags = ["--bucket", name, "--region", region, "--expected-bucket-owner", account];
  return [...flags, "--endpoint-url", access?.endpointUrl ?? ""];
}
