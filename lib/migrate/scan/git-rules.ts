import { gitIgnored, type IgnoreRules } from "../../files/git-ignored";
import type { FoundFile, ProjectFiles } from "../../files/project-files";
import { isOverride } from "./source/file-kind";
import { baseName, folderOf, type SourceFile } from "./source/site";

/** The files in which git reads what to ignore. */
export const IGNORE_FILE = ".gitignore";

/** Returns a function: true where git ignores a file. It reads git's rules only if an override has a backend. */
export async function ignoredFiles(
  files: ProjectFiles,
  directories: readonly string[],
  found: readonly FoundFile[],
  sources: readonly SourceFile[],
): Promise<(file: FoundFile) => boolean> {
  const overrides = sources.filter(
    ({ path, sites }) => isOverride(baseName(path)) && sites.some(({ role }) => role === "backend"),
  );
  if (overrides.length === 0) return () => false;
  const rules = await rulesIn(files, found, IGNORE_FILE, (text) => text);
  // A repository below the scanned folders has rules of its own.
  const folders = new Set([...directories, ...overrides.map(({ path }) => folderOf(path))]);
  const isIgnored = gitIgnored([...rules, ...(files.rulesAbove?.([...folders]) ?? [])]);
  return ({ realPath }) => isIgnored(realPath);
}

/**
 * Returns the files, each one marked that a `.gitattributes` calls `linguist-generated`.
 * Source: https://docs.github.com/en/repositories/working-with-files/managing-files/customizing-how-changed-files-appear-on-github
 */
export async function markedByAttributes(
  files: ProjectFiles,
  found: readonly FoundFile[],
  sources: readonly SourceFile[],
): Promise<readonly SourceFile[]> {
  const rules = await rulesIn(files, found, ".gitattributes", (text) =>
    text.includes("linguist-generated") ? text.split("\n").flatMap(generatedPattern).join("\n") : undefined,
  );
  if (rules.length === 0) return sources;
  const isGenerated = gitIgnored(rules);
  return sources.map((each) =>
    each.generatedBy === undefined && each.sites.length > 0 && isGenerated(each.realPath)
      ? { ...each, generatedBy: "another tool (linguist-generated in .gitattributes)" }
      : each,
  );
}

/** Returns the pattern of a line of `.gitattributes` as one of `.gitignore`. A later line takes the mark away. */
function generatedPattern(line: string): string[] {
  const [pattern = "", ...attributes] = line.trim().split(/\s+/);
  const mark = attributes.findLast((each) => /^[-!]?linguist-generated(?:=|$)/.test(each));
  if (mark === undefined || pattern.startsWith("#")) return [];
  return [/^[-!]|=false$/.test(mark) ? `!${pattern}` : pattern];
}

/** Returns the rules in all files of a name, each for its folder. @param patterns returns them as `.gitignore` writes them */
async function rulesIn(
  files: ProjectFiles,
  found: readonly FoundFile[],
  name: string,
  patterns: (text: string) => string | undefined,
): Promise<IgnoreRules[]> {
  const rules: IgnoreRules[] = [];
  for (const file of found.filter(({ path }) => baseName(path) === name)) {
    const read = await files.read(file);
    const text = typeof read === "string" ? patterns(read) : undefined;
    if (text !== undefined) rules.push({ folder: folderOf(file.realPath), text });
  }
  return rules;
}
