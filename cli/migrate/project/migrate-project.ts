import { Option } from "commander";
import { projectFiles } from "../../../lib/files/find-files";
import { readHcl } from "../../../lib/hcl/hashicorp-parser";
import { loadHclParser } from "../../../lib/hcl/tree-sitter-parser";
import type { Refusal } from "../../../lib/migrate/step/move-plan";
import type { ScannedProject } from "../../../lib/migrate/step/plan-step";
import { scan, type Scan } from "../../../lib/migrate/scan/scan";
import { meantRoots } from "../../../lib/migrate/scan/select-roots";
import { plainText } from "../../../lib/text/plain-text";
import { UserError, type Problem } from "../../../lib/problem/problem";
import { collectValues } from "../../options/collect-values";
import { fromHere, scannedFolders } from "../../options/scanned-folders";
import type { CommandContext } from "../../screen/command-context";
import { counted, withCommas } from "../../../lib/text/counted";
import { terminalProgress } from "../../screen/terminal-progress";
import { noteOthers, problemText } from "../../screen/report-error";
import { shellQuoted } from "../../../lib/text/shell-quoted";
import { fewText } from "../../../lib/text/few";
import { grouped } from "../../../lib/text/grouped";

/**
 * Scans folders, with progress on standard error.
 * @throws UserError if one of them is not a folder
 */
export async function scanProject(
  context: CommandContext,
  directories: readonly string[],
  { backendFiles = [] }: BackendFiles = {},
): Promise<ScannedProject> {
  const folders = scannedFolders(context, directories.length === 0 ? ["."] : directories);
  const parsers = { positions: await loadHclParser(), confirm: readHcl };
  const found = await terminalProgress(context.terminal)("Look for S3 backends", (say) =>
    scan(
      projectFiles(context.workingDirectory, context.environment),
      parsers,
      folders,
      ({ files, of, withBackend }) => {
        const done = files === of ? "" : `${withCommas(files)} of `;
        say(`${done}${counted(of, "file")}, ${withCommas(withBackend)} with a backend or a version`);
      },
      backendFiles.map((glob) => fromHere(context, glob)),
    ),
  );
  const isEmpty = found.configurations.length === 0 && found.problems.length === 0;
  return { scan: isEmpty ? { ...found, problems: [noBackend(folders)] } : found, parsers, folders };
}

/** The value of {@link backendFilesOption}. */
export interface BackendFiles {
  readonly backendFiles?: readonly string[];
}

/** `--backend-files`, which a person may repeat. */
export function backendFilesOption(): Option {
  return new Option(
    "--backend-files <glob>",
    "partial configurations that every root without a bucket or a key takes; quote the pattern; repeatable",
  ).argParser(collectValues);
}

/** Returns the option as flags of a command that Statelock prints. */
export function backendFilesFlags({ backendFiles = [] }: BackendFiles): readonly string[] {
  return backendFiles.map((glob) => `--backend-files ${shellQuoted(glob)}`);
}

/** `--modernize`: also rewrites arguments that Terraform 1.10 and later refuse. */
export function modernizeOption(): Option {
  return new Option(
    "--modernize",
    "also replace what engines refuse: role_arn and its like by assume_role, blocks by arguments, doubled arguments",
  );
}

/** `--root`, which a person may repeat. */
export function rootOption(): Option {
  return new Option(
    "--root <folder or consumer>",
    "only this root: its folder, or a consumer's name; repeatable; the safety checks still look at all roots",
  ).argParser(collectValues);
}

/**
 * Returns the roots that `--root` names, as the scan calls them. Undefined: all of them.
 * @throws UserError if the scan did not find one
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

/** @throws UserError if there are problems with the arguments */
export function refuseUsage(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new UserError(problems, "unknown");
}

/** The most problems, places or roots that a list on the terminal shows. `--json` has all. */
export const SHOWN = 20;

/** Notes problems on standard error. */
export function noteProblems({ terminal }: CommandContext, problems: readonly Problem[]): void {
  const kinds = alike(problems);
  for (const [problem, ...places] of kinds.slice(0, SHOWN)) {
    if (problem !== undefined) terminal.note(problemText(problem, terminal));
    if (places.length > 0)
      terminal.note(
        `  the same in ${counted(places.length, "other place")}: ${fewPaths(places.map(({ path }) => path))}`,
      );
  }
  noteOthers(terminal, kinds.slice(SHOWN).flat().length, "\n");
}

/** Groups the problems that differ only in their place, and drops repeated ones. */
function alike(problems: readonly Problem[]): Problem[][] {
  const kinds = grouped(problems, ({ code, message, fix }) => JSON.stringify([code, message, fix]));
  return [...kinds.values()].map((those) => [...new Map(those.map((each) => [each.path, each])).values()]);
}

function fewPaths(paths: readonly string[]): string {
  return fewText(
    paths.map((path) => plainText(path, Infinity)),
    SHOWN,
  );
}

/** Notes, on standard error, which roots stay as they are, and why. */
export function noteRefusals(
  context: CommandContext,
  refusals: readonly Refusal[],
  problems: readonly Problem[],
): void {
  const roots = refusals.flatMap((refusal) => refusal.roots);
  if (roots.length > 0) {
    context.terminal.note(`\n${context.terminal.colors.red("left alone:")} ${fewPaths(roots)}`);
  }
  const own = refusals.flatMap((refusal) => refusal.problems);
  // A problem that stops a root is in its refusal already.
  const isShown = ({ code, path, fix }: Problem): boolean =>
    own.some((each) => each.code === code && each.path === path && each.fix === fix);
  noteProblems(context, [...own, ...problems.filter((problem) => !isShown(problem))]);
}

/** A mistyped folder must not look like a fleet with nothing to do. */
function noBackend(folders: readonly string[]): Problem {
  return {
    code: "no-backend",
    path: folders.join(", "),
    message: "must hold an S3 backend somewhere below it, got no backend",
    fix: "Name the folders that hold the roots, or run the command where they are.",
  };
}
