import { gitIgnored, type IgnoreRules } from "../../files/git-ignored";
import type { FoundFile, ProjectFiles } from "../../files/project-files";
import { baseName, folderOf, type SourceFile } from "./source/site";

/**
 * Returns the files, each one marked that a `.gitattributes` calls `linguist-generated`.
 * Source: https://docs.github.com/en/repositories/working-with-files/managing-files/customizing-how-changed-files-appear-on-github
 */
export async function markedByAttributes(
  files: ProjectFiles,
  found: readonly FoundFile[],
  sources: readonly SourceFile[],
): Promise<readonly SourceFile[]> {
  const rules: IgnoreRules[] = [];
  for (const file of found.filter(({ path }) => baseName(path) === ".gitattributes")) {
    const text = await files.read(file);
    if (typeof text === "string" && text.includes("linguist-generated"))
      rules.push({ folder: folderOf(file.realPath), text: text.split("\n").flatMap(generatedPattern).join("\n") });
  }
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
