import { structuredPatch } from "diff";
import type { FileReplacement } from "../../files/project-files";

/** Context lines around a change: the default of git. */
const CONTEXT = 3;

/**
 * Returns a replacement as a patch for `git apply`.
 * @param name path of the file from the top of its working tree
 */
export function unifiedDiff(name: string, { before, after }: Pick<FileReplacement, "before" | "after">): string {
  const { hunks } = structuredPatch(name, name, before, after, undefined, undefined, { context: CONTEXT });
  const body = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    ...lines,
  ]);
  return body.length === 0 ? "" : [`--- ${quoted(`a/${name}`)}`, `+++ ${quoted(`b/${name}`)}`, ...body, ""].join("\n");
}

function range(start: number, count: number): string {
  return count === 1 ? String(start) : `${String(start)},${String(count)}`;
}

/** Quotes a name as git does: if it has a quote, a backslash or a control character. A tab ends a name with a space. */
function quoted(name: string): string {
  if (/["\\\u0000-\u001f\u007f]/.test(name)) return `"${name.replace(/["\\\u0000-\u001f\u007f]/g, escaped)}"`;
  return name.includes(" ") ? `${name}\t` : name;
}

function escaped(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  return `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
}
