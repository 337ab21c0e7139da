import { namedFile } from "./command-flags";
import type { Place } from "../configuration/configuration";
import { folderOf } from "../source/site";

/** Where a command is written, and the folder of the root that it names. */
interface CommandPlace {
  readonly path: string;
  /** With `*` for a computed part; undefined if it names none. */
  readonly root: string | undefined;
}

/**
 * Returns the partial configurations that a command may mean by one name: the one that the name leads to from the folder of its
 * root or, where nothing is known of that, of its own file; otherwise all whose paths end with the name.
 */
export function namedPartials(
  { path, root }: CommandPlace,
  written: string,
  partials: readonly Place[],
): readonly Place[] {
  const from = root ?? folderOf(path);
  const exact = from.includes("*") ? undefined : resolvedFile(from, written);
  const found = exact === undefined ? [] : partials.filter(({ file }) => exact.test(file.path));
  if (found.length > 0) return found;
  const pattern = namedFile(written);
  return pattern === undefined ? [] : partials.filter(({ file }) => pattern.test(file.path));
}

/** Returns a pattern for the path of a file as seen from a folder; undefined if its folder is computed. */
export function resolvedFile(folder: string, written: string): RegExp | undefined {
  if (/^\*?\//.test(written)) return undefined;
  const parts = folder === "." ? [] : folder.split("/");
  for (const part of written.split("/")) {
    if (part === "..") {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else if (part !== ".") parts.push(part);
  }
  return namedFile(parts.join("/"));
}
