import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { VersionControl } from "../files/project-files";
import { shown, type Problem } from "../problem/problem";
import { runProcess } from "./run-process";

/** Variables that git sets for its hooks. They would point git to another repository. */
const POINTING_ELSEWHERE = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"];

/** Answers {@link VersionControl} with git. The files may be in several working trees, or outside of any. */
export function gitVersionControl(
  workingDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
): VersionControl {
  const env = { ...environment, ...Object.fromEntries(POINTING_ELSEWHERE.map((name) => [name, undefined])) };
  const topOf = topFinder();
  return {
    nameOf: (realPath) =>
      relative(topOf(dirname(realPath)) ?? workingDirectory, realPath)
        .split(sep)
        .join("/"),
    unsaved: async (realPaths, own) => {
      const trees = new Map<string, string[]>();
      for (const path of realPaths) {
        const top = topOf(dirname(path));
        if (top !== undefined) trees.set(top, [...(trees.get(top) ?? []), path]);
      }
      const answers = await Promise.all([...trees].map(([top, paths]) => unsavedIn(top, paths, own, env)));
      return answers.flat();
    },
  };
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
  env: Readonly<Record<string, string | undefined>>,
): Promise<Problem[]> {
  const git = (...args: string[]): Promise<string> => runGit(top, args, env);
  try {
    const all = listed(await git("diff", "--name-only", "-z", "HEAD"));
    const changed = all.filter((path) => !own.has(join(top, path)));
    const tracked = new Set(listed(await git("ls-files", "-z")));
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

function changedProblems(top: string, changed: readonly string[]): Problem[] {
  if (changed.length === 0) return [];
  const more = changed.length > 3 ? ` and ${String(changed.length - 3)} more` : "";
  return [
    {
      code: "dirty-tree",
      path: top,
      message: `must have no uncommitted change, got ${shown(changed.slice(0, 3))}${more}`,
      fix: "Commit or stash first, so that `git diff` shows only this run and you can undo it; or run with --force.",
    },
  ];
}

function untrackedProblem(path: string): Problem {
  return {
    code: "untracked-file",
    path,
    message: "is not tracked by git, so git cannot restore it",
    fix: "Add and commit it, or run with --force.",
  };
}

async function runGit(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { code, stdout, stderr } = await runProcess("git", args, { cwd, env });
  if (code !== 0) throw new Error(stderr.trim().split("\n")[0] ?? `git ended with ${String(code)}`);
  return stdout;
}

function listed(output: string): string[] {
  return output.split("\0").filter((path) => path !== "");
}
