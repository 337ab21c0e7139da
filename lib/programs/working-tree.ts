import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import type { IsTracked } from "../files/left-file";
import type { VersionControl } from "../files/project-files";
import { shown, type Problem } from "../problem/problem";
import { gitStatus, readGit, type Environment } from "./distrusted-git";
import { andMore, few } from "../text/few";
import { grouped } from "../text/grouped";

/**
 * Answers {@link VersionControl} with git, in the working tree that the command was started in and in no other: another
 * one, such as an unpacked archive, may belong to somebody else. Files outside of any working tree are nobody's business.
 */
export function gitVersionControl(workingDirectory: string, environment: Environment): VersionControl {
  const topOf = topFinder();
  const own = topOf(realpathSync(workingDirectory));
  return {
    nameOf: (realPath) => {
      const top = topOf(dirname(realPath));
      const name = top === undefined ? relative(workingDirectory, realPath) : realPath.slice(join(top, sep).length);
      return name.split(sep).join("/");
    },
    unsaved: async (realPaths, written) => {
      const trees = grouped(realPaths, (path) => topOf(dirname(path)));
      const answers = await Promise.all(
        [...trees].map(async ([top, paths]) =>
          top === undefined ? [] : top === own ? unsavedIn(top, paths, written, environment) : [otherTreeProblem(top)],
        ),
      );
      return answers.flat();
    },
  };
}

/**
 * Returns a function that asks git whether it tracks a file: in the working tree that the command was started in, and in
 * those around it. False without git, or for a file outside of any working tree. True if git does not answer, and for a
 * file of another working tree, such as a submodule: Statelock runs no git there.
 */
export function trackedByGit(workingDirectory: string, environment: Environment): IsTracked {
  const topOf = topFinder();
  return (path) => {
    const folder = realpathSync(dirname(path));
    const top = topOf(folder);
    if (top === undefined) return false;
    const own = topsAbove(realpathSync(workingDirectory), topOf);
    if (!own.includes(top)) return true;
    return own.slice(own.indexOf(top)).some((tree) => isTrackedIn(tree, join(folder, basename(path)), environment));
  };
}

function isTrackedIn(top: string, path: string, environment: Environment): boolean {
  const name = relative(top, path).split(sep).join("/");
  // Some file systems find a file under any case.
  const status = gitStatus(top, ["ls-files", "--error-unmatch", "--", `:(top,icase,literal)${name}`], environment);
  return status !== undefined && status !== 1;
}

/** Returns the tops of the working trees that a folder is in, the innermost first. */
function topsAbove(folder: string, topOf: (folder: string) => string | undefined): readonly string[] {
  const top = topOf(folder);
  if (top === undefined) return [];
  return [top, ...(dirname(top) === top ? [] : topsAbove(dirname(top), topOf))];
}

/** Returns a function that finds the top of a folder's working tree. It caches, because a fleet has thousands of folders. */
export function topFinder(): (folder: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  const find = (folder: string): string | undefined => {
    if (known.has(folder)) return known.get(folder);
    const above = dirname(folder);
    const top = existsSync(join(folder, ".git")) ? folder : above === folder ? undefined : find(above);
    known.set(folder, top);
    return top;
  };
  return find;
}

async function unsavedIn(
  top: string,
  paths: readonly string[],
  own: ReadonlySet<string>,
  env: Environment,
): Promise<Problem[]> {
  try {
    const diff = ["--name-only", "-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"];
    const all = listed(await readGit(top, ["diff", ...diff, "HEAD", "--"], env));
    const changed = all.filter((path) => !own.has(join(top, path)));
    const tracked = new Set(listed(await readGit(top, ["ls-files", "-z"], env)));
    const untracked = paths
      .map((path) => relative(top, path).split(sep).join("/"))
      .filter((path) => !tracked.has(path));
    return [...changedProblems(top, changed), ...untracked.map((path) => untrackedProblem(join(top, path)))];
  } catch (error) {
    return [
      {
        code: "git-unreadable",
        path: top,
        message: `could not be read by git: ${error instanceof Error ? error.message : String(error)}`,
        fix: "Fix that, or run with --force. With --force only your own copy can restore the files.",
      },
    ];
  }
}

function otherTreeProblem(top: string): Problem {
  return {
    code: "other-tree",
    path: top,
    message: "is another working tree than the one you started the command in, so Statelock does not run git there",
    fix: "Start the command in that working tree if you trust it, select the roots of yours with --root, or run with --force: then only your own copy can restore the files.",
  };
}

function changedProblems(top: string, changed: readonly string[]): Problem[] {
  if (changed.length === 0) return [];
  const [named, others] = few(changed, 3);
  return [
    {
      code: "dirty-tree",
      path: top,
      message: `must have no uncommitted change, got ${shown(named)}${andMore(others)}`,
      fix: "Commit or stash first, so that `git diff` shows only this run and you can undo it; or run with --force.",
    },
  ];
}

function untrackedProblem(path: string): Problem {
  return {
    code: "untracked-file",
    path,
    message: "is not tracked by git, so git cannot restore it",
    fix: "Add and commit it, select the other roots with --root, or run with --force.",
  };
}

function listed(output: string): string[] {
  return output.split("\0").filter((path) => path !== "");
}
