import { existsSync, lstatSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ENVIRONMENT_VARIABLES } from "../config/config-environment";
import { plainFileText } from "../files/plain-file";
import { INVENTORY_FILE } from "../inventory/inventory-file";
import { parseJson } from "../text/parse-json";
import { refuse, UserError, type Problem } from "../problem/problem";
import { configFailure, printedError, shortened } from "./config-failure";
import { findConfigFile } from "./load-config";
import { runProcess } from "./run-process";

/** How many lines of an app's output a message shows. */
const LINES = 30;

/** How to synthesize a project. */
interface SynthesizeOptions {
  /** The folder of cdktf.json. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs the app of a project, as `cdktf synth` does. It does not need the CDKTF CLI, which does not start on Node 24.
 * @throws UserError with the problems of the config, the place of a syntax error, or the output of the app
 */
export async function synthesize({ project, env }: SynthesizeOptions): Promise<void> {
  const app = appCommand(project);
  const folder = mkdtempSync(join(tmpdir(), "statelock-synth-"));
  const refusal = join(folder, "problems.json");
  const wanted = resolve(project, env["CDKTF_OUTDIR"] ?? "cdktf.out");
  const before = writtenAt(wanted);
  try {
    const result = await runProcess(app.program, app.args, {
      cwd: project,
      env: { ...env, [ENVIRONMENT_VARIABLES.refusal]: refusal },
      holdsNothing: true,
    });
    const left = existsSync(refusal) ? (parseJson(readFileSync(refusal, "utf8")) as Left) : undefined;
    const refused = Array.isArray(left) ? (left as readonly Problem[]) : [];
    const printed = result.stderr.trim() || result.stdout.trim();
    if (result.code === 0 && refused.length === 0) {
      // The files may be from an earlier run. An app that does not reach this command, in a container, says nothing.
      if (left !== undefined || writtenAt(wanted) === before) refuse(elsewhere(left, app.text, project, wanted));
    } else
      throw new UserError(
        refused.length > 0 ? refused : [crashed(printed, project) ?? failed(app.text, result, printed, project)],
        "refused",
        { cause: new Error(printed) },
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns what differs after the inventory in a folder was written again. Undefined if it is not there. */
function writtenAt(outdir: string): string | undefined {
  const found = lstatSync(join(outdir, INVENTORY_FILE), { bigint: true, throwIfNoEntry: false });
  return found && `${String(found.ino)} ${String(found.mtimeNs)} ${String(found.ctimeNs)}`;
}

/** What an app leaves for the command that runs it: the problems of a refused config, or where it wrote to. */
type Left = readonly Problem[] | { readonly outdir: string } | undefined;

/** Returns a problem if the app did not write to the folder that is read next. */
function elsewhere(left: Left, command: string, project: string, wanted: string): Problem[] {
  const outdir = left !== undefined && "outdir" in left ? left.outdir : undefined;
  const real = (path: string): string => (existsSync(path) ? realpathSync(path) : path);
  if (outdir !== undefined && real(outdir) === real(wanted)) return [];
  return [
    {
      code: "synth-failed",
      path: wanted,
      message: `must be written by \`${command}\`, which ended well and wrote ${outdir === undefined ? "no state home" : `to ${outdir}`}`,
      fix: existsSync(join(project, "cdktf.json"))
        ? "Let the app of cdktf.json call synthesizeHome of this version, and leave cdktf.out as its output folder."
        : "Remove from the config what ends the program.",
    },
  ];
}

/**
 * Returns the problem of a config that does not compile or fails, from what the app printed. An app that fails elsewhere is
 * named by its place too.
 */
function crashed(printed: string, project: string): Problem | undefined {
  const compiled = /^(.+?:\d+:\d+: ERROR: .+)$/m.exec(printed)?.[1];
  const error = compiled === undefined ? printedError(printed) : { title: compiled, stack: "" };
  const config = findConfigFile(project) ?? "main.ts";
  // The compiler does not come to an end on some incomplete lists, and Node stops it.
  if (/^# Fatal|heap out of memory/m.test(printed)) return unfinished(config);
  if (error === undefined) return undefined;
  const problem = configFailure(error, realpathSync(project), config);
  const isOfConfig = problem.code !== "config-failed" || problem.path.startsWith(config);
  return isOfConfig ? problem : { ...problem, code: "synth-failed" };
}

function unfinished(path: string): Problem {
  return {
    code: "config-syntax",
    path,
    message:
      "could not be loaded: Node ran out of memory on it, which an unfinished list or expression causes, or a loop that never ends",
    fix: "Look at the last change: a bracket may be missing, or a semicolon may stand inside of one.",
  };
}

function failed(command: string, { code }: { readonly code: number | null }, all: string, project: string): Problem {
  const end = code === null ? "was ended by a signal" : `ended with exit code ${String(code)}`;
  const printed = excerpt(all);
  const output = printed === "" ? "" : `:\n\n    ${printed.split("\n").join("\n    ")}\n`;
  return {
    code: "synth-failed",
    path: findConfigFile(project) ?? "state.config.ts",
    message: `could not be synthesized: \`${command}\` ${end}${output}`,
    fix: "Fix what it reports, then run the command again.",
  };
}

/** Returns the last lines of an output, without the stacks that Node prints when it aborts. */
function excerpt(printed: string): string {
  const [said = ""] = printed.split(/^-{5} Native stack trace/m);
  return said.trim().split("\n").slice(-LINES).map(shortened).join("\n");
}

/** The program that synthesizes a project: its own app or, for a config without a project, the built-in app. */
interface AppCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** The command as text for messages. */
  readonly text: string;
}

/**
 * Returns the command that synthesizes the project.
 * @throws UserError if the folder has no app and no config
 */
export function appCommand(project: string): AppCommand {
  const path = join(project, "cdktf.json");
  const text = plainFileText(path);
  const app = text === undefined ? undefined : appOf(text);
  if (app !== undefined) return { program: "sh", args: ["-c", app], text: app };
  if (text !== undefined || findConfigFile(project) === undefined) throw new UserError([noProject(path)], "unknown");
  return { program: process.execPath, args: [builtInApp()], text: "statelock synth" };
}

/** Returns the path of the built-in app: beside the command in the package, below `dist/` in a checkout. */
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
    fix: "Run the command in the folder that holds state.config.ts, or name that folder with --project. `statelock init` creates one.",
  };
}
