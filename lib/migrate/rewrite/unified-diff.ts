import { structuredPatch } from "diff";
import { shapeOf, withEachValue } from "../../hcl/alike";
import type { FileReplacement } from "../../files/project-files";

/** Context lines around a change: the default of git. */
const CONTEXT = 3;

/**
 * Returns a replacement as a patch for `git apply`.
 * @param name path of the file from the top of its working tree
 */
export function unifiedDiff(name: string, replacement: Replacement): string {
  return patch(name, bodyOf(replacement));
}

/** Returns {@link unifiedDiff} that compares files once if they differ in keys and buckets of the same length alone. */
export function unifiedDiffAlike(): typeof unifiedDiff {
  const known = new Map<string, string>();
  return (name, { before, after }) => {
    const [old, next] = [shapeOf(before), shapeOf(after)];
    if (old === undefined || next?.values.join("\n") !== old.values.join("\n"))
      return unifiedDiff(name, { before, after });
    const shapes = `${old.text}\0${next.text}`;
    const body = known.get(shapes) ?? bodyOf({ before: old.text, after: next.text });
    known.set(shapes, body);
    return patch(name, withEachValue(body, old));
  };
}

type Replacement = Pick<FileReplacement, "before" | "after">;

function patch(name: string, body: string): string {
  return body === "" ? "" : `--- ${quoted(`a/${name}`)}\n+++ ${quoted(`b/${name}`)}\n${body}\n`;
}

function bodyOf({ before, after }: Replacement): string {
  const { hunks } = structuredPatch("", "", before, after, undefined, undefined, { context: CONTEXT });
  const body = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    ...lines,
  ]);
  return body.join("\n");
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
