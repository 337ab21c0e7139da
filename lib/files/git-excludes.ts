import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";

/** The variables by which git finds its own files. */
export type GitEnvironment = Readonly<Record<string, string | undefined>>;

/** Returns the texts of git's rules that are in no folder of a working tree: of the repository, then of its user. */
export function excludeTexts(top: string, environment: GitEnvironment): string[] {
  const own = gitFolder(top);
  const paths = [...(own === undefined ? [] : [join(own, "info", "exclude")]), ...globalPaths(own, environment)];
  return paths.flatMap((path) => textOf(path) ?? []);
}

/** Returns the folder with a repository's own files. A worktree and a submodule have a file `.git` that leads there. */
function gitFolder(top: string): string | undefined {
  const path = join(top, ".git");
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
  const [, leads] = /^gitdir: (.*)$/m.exec(textOf(path) ?? "") ?? [];
  if (leads === undefined) return undefined;
  const folder = resolve(top, leads.trim());
  const common = textOf(join(folder, "commondir"));
  return common === undefined ? folder : resolve(folder, common.trim());
}

/** Returns the file of `core.excludesFile`, or the one that git reads without. Source: git-config(1), gitignore(5) */
function globalPaths(own: string | undefined, environment: GitEnvironment): string[] {
  const { HOME: home, XDG_CONFIG_HOME: given } = environment;
  if (home === undefined || home === "") return [];
  const xdg = given === undefined || given === "" ? join(home, ".config") : given;
  const configs = [
    ...(own === undefined ? [] : [join(own, "config")]),
    environment["GIT_CONFIG_GLOBAL"] ?? join(home, ".gitconfig"),
    ...(environment["GIT_CONFIG_GLOBAL"] === undefined ? [join(xdg, "git", "config")] : []),
    environment["GIT_CONFIG_SYSTEM"] ?? "/etc/gitconfig",
  ];
  const named = configs.map((path) => excludesFile(textOf(path) ?? "")).find((path) => path !== undefined);
  if (named === undefined) return [join(xdg, "git", "ignore")];
  const path = named.startsWith("~/") ? join(home, named.slice(2)) : named;
  return isAbsolute(path) ? [path] : [];
}

/** Returns the value of `core.excludesFile`: the last one counts. */
function excludesFile(config: string): string | undefined {
  let section = "";
  let found: string | undefined;
  for (const line of config.split(/\r?\n/)) {
    section = /^\s*\[\s*([^\]\s]+)[^\]]*\]/.exec(line)?.[1]?.toLowerCase() ?? section;
    const [, value] = /^\s*(?:\[[^\]]*\]\s*)?excludesfile\s*=\s*(.*)$/i.exec(line) ?? [];
    if (section === "core" && value !== undefined)
      found = value
        .replace(/\s[#;].*$/, "")
        .trim()
        .replace(/^"(.*)"$/, "$1");
  }
  return found;
}

function textOf(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
