import { Option } from "commander";
import { statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { projectFiles } from "../../lib/files/find-files";
import { readHcl } from "../../lib/hcl/hashicorp-parser";
import { loadHclParser } from "../../lib/hcl/tree-sitter-parser";
import { planMoves, type MoveOptions, type MovePlan, type Refusal } from "../../lib/migrate/step/plan";
import type { Parsers } from "../../lib/migrate/scan/parsers";
import { scan, type Scan } from "../../lib/migrate/scan/scan";
import { meantRoots } from "../../lib/migrate/scan/select-roots";
import { folderOf } from "../../lib/migrate/scan/site";
import { plainText } from "../../lib/text/plain-text";
import { UserError, type Problem } from "../../lib/problem/problem";
import type { CommandContext } from "../screen/command-context";
import { counted } from "../../lib/text/counted";
import { terminalProgress } from "../screen/progress";
import { problemText } from "../screen/report-error";
import { shellQuoted } from "../../lib/text/shell-quoted";

/** A project that was scanned, and the parsers that read it. */
export interface ScannedProject {
  readonly scan: Scan;
  readonly parsers: Parsers;
}

/**
 * Scans the directories, with progress on standard error.
 * @throws UserError where one of them is no folder
 */
export async function scanProject(context: CommandContext, directories: readonly string[]): Promise<ScannedProject> {
  const folders = (directories.length === 0 ? ["."] : directories).map((given) => fromHere(context, given));
  refuseUsage(folders.flatMap((folder) => folderProblems(folder, resolve(context.workingDirectory, folder))));
  const parsers = { positions: await loadHclParser(), confirm: readHcl };
  const found = await terminalProgress(context.terminal)("Look for S3 backends", (say) =>
    scan(projectFiles(context.workingDirectory), parsers, folders, ({ files, of, withBackend }) => {
      const done = files === of ? String(of) : `${String(files)} of ${String(of)}`;
      say(`${done} files, ${String(withBackend)} with a backend or a version`);
    }),
  );
  const isEmpty = found.configurations.length === 0 && found.problems.length === 0;
  return { scan: isEmpty ? { ...found, problems: [noBackend(folders)] } : found, parsers };
}

/** What could not be looked into: there may be a root that is not among the configurations. */
export function unreadProblems({ problems }: Pick<Scan, "problems">): readonly Problem[] {
  return problems.filter(({ code }) => code !== "duplicate-key");
}

/** Plans the step, with progress on standard error. */
export function planProject(
  context: CommandContext,
  { scan: found, parsers }: ScannedProject,
  options: MoveOptions,
): Promise<MovePlan> {
  return terminalProgress(context.terminal)(`Plan the step to ${options.to}`, (say) =>
    planMoves(parsers, found, {
      ...options,
      onProgress: (done, of) => {
        say(`${String(done)} of ${String(of)} roots`);
      },
    }),
  );
}

/** `--root`, once for each root. */
export function rootOption(): Option {
  return new Option(
    "--root <folder or consumer>",
    "only this root: its folder, or a consumer's name; can be given again; all still count when safety is judged",
  ).argParser((root: string, given: readonly string[] | undefined) => [...(given ?? []), root]);
}

/**
 * Roots as the scan calls them.
 * @throws UserError where one was not found
 */
export function selectedRoots(
  context: CommandContext,
  found: Scan,
  given: readonly string[] | undefined,
): readonly string[] | undefined {
  const meant = given?.map((root) => meantRoots(found, root, fromHere(context, root)));
  refuseUsage((meant ?? []).flatMap((each) => ("code" in each ? [each] : [])));
  return meant?.flatMap((each) => ("code" in each ? [] : each));
}

/** @throws UserError where there are problems with what was typed */
export function refuseUsage(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new UserError(problems, "unknown");
}

/** More than a person reads; `--json` has them all. */
export const SHOWN = 20;

/** Shows problems on standard error. */
export function noteProblems({ terminal }: CommandContext, problems: readonly Problem[]): void {
  const told = alike(problems);
  for (const [problem, ...others] of told.slice(0, SHOWN)) {
    terminal.note(problemText(problem, terminal));
    if (others.length > 0) terminal.note(alsoText(others.map(({ path }) => path)));
  }
  const more = told.slice(SHOWN).flat().length;
  if (more > 0) terminal.note(`\n… and ${String(more)} more: --json names them.`);
}

/** Problems that differ in their place alone, together; of two that are the same one. */
function alike(problems: readonly Problem[]): (readonly [Problem, ...Problem[]])[] {
  const told = new Map<string, readonly [Problem, ...Problem[]]>();
  for (const problem of problems) {
    const { code, message, fix } = problem;
    const cause = JSON.stringify([code, message, fix]);
    const before = told.get(cause);
    if (before === undefined) told.set(cause, [problem]);
    else if (before.every(({ path }) => path !== problem.path)) told.set(cause, [...before, problem]);
  }
  return [...told.values()];
}

function alsoText(paths: readonly string[]): string {
  const more = paths.length > SHOWN ? ` and ${String(paths.length - SHOWN)} more` : "";
  return `  the same in ${counted(paths.length, "other place")}: ${paths
    .slice(0, SHOWN)
    .map((path) => plainText(path))
    .join(", ")}${more}`;
}

/** Shows, on standard error, what stays as it is and why. */
export function noteRefusals(
  context: CommandContext,
  refusals: readonly Refusal[],
  problems: readonly Problem[],
): void {
  const roots = refusals.flatMap((refusal) => refusal.roots);
  if (roots.length > 0) {
    const more = roots.length > SHOWN ? ` and ${String(roots.length - SHOWN)} more` : "";
    context.terminal.note(`\n${context.terminal.colors.red("left alone:")} ${roots.slice(0, SHOWN).join(", ")}${more}`);
  }
  noteProblems(context, [...refusals.flatMap((refusal) => refusal.problems), ...problems]);
}

function fromHere({ workingDirectory }: CommandContext, path: string): string {
  const from = relative(workingDirectory, resolve(workingDirectory, path)).split(sep).join("/");
  return from === "" ? "." : from;
}

function folderProblems(folder: string, path: string): Problem[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return [];
  return [
    {
      code: "unreadable-folder",
      path: folder,
      message: `must be a folder, got ${found === undefined ? "none" : "a file"}`,
      fix:
        found === undefined
          ? "Give folders to look into, or none for the working directory."
          : `Give the folder that it is in: ${shellQuoted(folderOf(folder))}`,
    },
  ];
}

/** A folder that is mistyped must not look like a fleet with nothing to do. */
function noBackend(folders: readonly string[]): Problem {
  return {
    code: "no-backend",
    path: folders.join(", "),
    message: "must hold an S3 backend somewhere below, got none",
    fix: "Give the folders that hold the roots, or run it where they are.",
  };
}
