import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ENVIRONMENT_VARIABLES } from "../config/config-environment";
import { parseJson } from "../text/parse-json";
import { UserError, type Problem } from "../problem/problem";
import { findConfigFile } from "./load-config";
import { runProcess } from "./run-process";

/** How a project is synthesized. */
export interface SynthesizeOptions {
  /** The folder of cdktf.json. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs the project's own app, as `cdktf synth` would, but without the CDKTF CLI: that one does not start on Node 24.
 * @throws UserError with the config's problems, with the place that does not compile, or else with what the app printed
 */
export async function synthesize({ project, env }: SynthesizeOptions): Promise<void> {
  const app = appCommand(project);
  const folder = mkdtempSync(join(tmpdir(), "statelock-synth-"));
  const refusal = join(folder, "problems.json");
  try {
    const result = await runProcess(app.program, app.args, {
      cwd: project,
      env: { ...env, [ENVIRONMENT_VARIABLES.refusal]: refusal },
    });
    if (result.code === 0) return;
    const told = existsSync(refusal)
      ? (parseJson(readFileSync(refusal, "utf8")) as readonly Problem[] | undefined)
      : [];
    const printed = result.stderr.trim() || result.stdout.trim();
    throw new UserError(
      told?.length ? told : [notCompiled(printed, project) ?? failed(app.text, result.code, printed)],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The first place that esbuild, which tsx compiles with, could not read. */
function notCompiled(printed: string, project: string): Problem | undefined {
  const [, file, line, column, message] = /^(.+?):(\d+):(\d+): ERROR: (.+)$/m.exec(printed) ?? [];
  if (file === undefined || line === undefined || column === undefined || message === undefined) return undefined;
  return {
    code: "config-syntax",
    path: `${relative(realpathSync(project), file)}:${line}:${column}`,
    message: `must be TypeScript that compiles, got: ${message}`,
    fix: "Correct it there; what is wrong may begin a little before.",
  };
}

function failed(command: string, code: number | null, printed: string): Problem {
  return {
    code: "synth-failed",
    path: "state.config.ts",
    message: `must synthesize, but \`${command}\` ended with exit code ${String(code)}:\n\n    ${printed.split("\n").join("\n    ")}\n`,
    fix: "Mend what it says, then run the command again.",
  };
}

/** What synthesizes a project: its own app, or ours where a config is all there is. */
export interface AppCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** As it is shown. */
  readonly text: string;
}

/**
 * The command that synthesizes the project.
 * @throws UserError if the folder is no project
 */
export function appCommand(project: string): AppCommand {
  const path = join(project, "cdktf.json");
  const app = existsSync(path) ? appOf(readFileSync(path, "utf8")) : undefined;
  if (app !== undefined) return { program: "sh", args: ["-c", app], text: app };
  if (existsSync(path) || findConfigFile(project) === undefined) throw new UserError([noProject(path)], "unknown");
  return { program: process.execPath, args: [builtInApp()], text: "statelock synth" };
}

/** Beside the built command in the package; in a checkout, where the build puts it. */
function builtInApp(): string {
  const beside = join(__dirname, "app.js");
  return existsSync(beside) ? beside : join(__dirname, "..", "..", "dist", "app.js");
}

function appOf(text: string): string | undefined {
  const settings = parseJson(text) as { readonly app?: unknown } | null | undefined;
  const app = settings?.app;
  return typeof app === "string" && app !== "" ? app : undefined;
}

function noProject(path: string): Problem {
  return {
    code: "no-project",
    path,
    message: 'must be a cdktf.json with an "app", or a folder with a state.config.ts, got neither',
    fix: "Run the command in the folder that holds state.config.ts, or name that folder with --project. `statelock init` makes one.",
  };
}
