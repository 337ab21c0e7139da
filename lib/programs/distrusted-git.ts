import { spawnSync } from "node:child_process";
import { basename, delimiter, dirname, isAbsolute } from "node:path";
import { runProcess } from "./run-process";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables that would make git look at another repository, or read a path otherwise. Git sets some of them for its hooks.
 * Source: `git rev-parse --local-env-vars`; https://git-scm.com/docs/git
 */
const POINTING_ELSEWHERE = [
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_ATTR_SOURCE",
  "GIT_COMMON_DIR",
  "GIT_DIR",
  "GIT_EXTERNAL_DIFF",
  "GIT_GLOB_PATHSPECS",
  "GIT_ICASE_PATHSPECS",
  "GIT_INDEX_FILE",
  "GIT_LITERAL_PATHSPECS",
  "GIT_NAMESPACE",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_WORK_TREE",
];

/** What no command here needs, and what could run a program. */
const OFF = { "core.fsmonitor": "false", "core.hooksPath": "/dev/null", "core.pager": "cat", "diff.external": "" };

/** Scopes of settings that come with a repository. Git uses the operator's own settings as always. */
const OF_REPOSITORY = ["local", "worktree"];

/**
 * Runs git in a working tree whose files and settings somebody else may have made, such as an unpacked archive. No hook,
 * file system monitor, filter, external diff or transport of that repository runs.
 * Source: https://git-scm.com/docs/git-config, GIT_CONFIG_COUNT; https://git-scm.com/docs/git#Documentation/git.txt-GITALLOWPROTOCOL
 * @throws Error with git's first line if it fails
 */
export async function readGit(top: string, args: readonly string[], environment: Environment): Promise<string> {
  const names = await run(top, ["config", "--list", "--show-scope", "-z"], withSettings(environment, OFF));
  return run(top, args, withSettings(environment, { ...OFF, ...withoutFilters(names) }));
}

/** Returns git's exit code for a command that reads no file; undefined if there is no git. */
export function gitStatus(top: string, args: readonly string[], environment: Environment): number | undefined {
  const { status, error } = spawnSync("git", args, {
    cwd: top,
    env: withSettings(environment, OFF),
    stdio: "ignore",
  });
  return error !== undefined && (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : (status ?? -1);
}

/** Returns settings that turn off the filters of the repository: git would run them to compare a file. */
function withoutFilters(config: string): Record<string, string> {
  const parts = config.split("\0");
  const settings: Record<string, string> = {};
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [scope = "", name = ""] = [parts[index], parts[index + 1]?.split("\n")[0]];
    const [, filter] = /^(filter\..+)\.(?:clean|smudge|process)$/.exec(name) ?? [];
    if (filter === undefined || !OF_REPOSITORY.includes(scope)) continue;
    settings[name] = "";
    settings[`${filter}.required`] = "false";
  }
  return settings;
}

/** Returns the environment with the wanted folders of PATH. A relative one, which would begin in a repository, is never wanted. */
export function withPath(environment: Environment, isWanted: (folder: string) => boolean): Environment {
  const folders = environment["PATH"]?.split(delimiter).filter((folder) => isAbsolute(folder) && isWanted(folder));
  return folders === undefined ? environment : { ...environment, PATH: folders.join(delimiter) };
}

/** True for `node_modules/.bin`, which npx and npm put into PATH for each folder from the working directory upwards. */
export function ofModules(folder: string): boolean {
  return basename(folder) === ".bin" && basename(dirname(folder)) === "node_modules";
}

function withSettings(environment: Environment, settings: Readonly<Record<string, string>>): Environment {
  const entries = Object.entries(settings);
  return {
    ...withPath(environment, (folder) => !ofModules(folder)),
    ...Object.fromEntries(POINTING_ELSEWHERE.map((name) => [name, undefined])),
    ...Object.fromEntries(
      entries.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${String(index)}`, key],
        [`GIT_CONFIG_VALUE_${String(index)}`, value],
      ]),
    ),
    GIT_CONFIG_COUNT: String(entries.length),
    // A partial clone would fetch what is missing, by a program that its config names.
    GIT_ALLOW_PROTOCOL: "none",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
  };
}

async function run(cwd: string, args: readonly string[], env: Environment): Promise<string> {
  const { code, stdout, stderr } = await runProcess("git", args, { cwd, env });
  if (code !== 0) throw new Error(stderr.trim().split("\n")[0] ?? `git ended with ${String(code)}`);
  return stdout;
}
