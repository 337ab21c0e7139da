import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../lab/machine/project-root";

/** A page of the documentation, by its path from the top of the project. */
interface PageText {
  readonly path: string;
  readonly text: string;
}

/** Returns the README and every page below `docs`. */
export function readPages(): PageText[] {
  const below = readdirSync(join(PROJECT_ROOT, "docs"), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT_ROOT.length + 1));
  return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...below.sort()].map(readPage);
}

export function readPage(path: string): PageText {
  return { path, text: readFileSync(join(PROJECT_ROOT, path), "utf8") };
}

/** The lines of the blocks of one language, without comments, with continued lines joined. */
export function blockLines(text: string, language: string): string[] {
  const blocks = [...text.matchAll(new RegExp(`^ *\`\`\`${language}\\n([^]*?)^ *\`\`\``, "gm"))].map(
    ([, block = ""]) => block,
  );
  return blocks
    .flatMap((block) => block.replace(/\\\n\s*/g, "").split("\n"))
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}

/** Splits a line into commands, and those into words, as a shell does: quotes, pipes, lists, redirections. */
export function shellCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [token, double, single] of line.matchAll(/"([^"]*)"|'([^']*)'|&&|\|\||[|;]|>>?|[^\s"'|;&>]+/g)) {
    if (/^(?:&&|\|\||[|;])$/.test(token)) commands.push([]);
    else commands.at(-1)?.push(double ?? single ?? token);
  }
  return commands.map((words) => words.slice(0, words.findIndex((word) => /^>>?$/.test(word)) >>> 0));
}
