/**
 * Stands for the working directory at the start of absolute paths, as Terragrunt's functions return them. The scan knows
 * paths below the working directory only.
 */
export const BASE = "\u{f8ff}";

/**
 * Stands for the top of the repository. The scan does not ask git where that is: a path from there is found by what is at its
 * end.
 */
export const REPOSITORY = "\u{f8fe}";

/** Returns the folders and the name of a path without `.` and inner `..`. */
function segments(path: string): string[] {
  const result: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && result.length > 0 && result.at(-1) !== "..") result.pop();
    else result.push(part);
  }
  return result;
}

/** Returns the path of `name` in a folder. Both are relative to the working directory. */
export function joined(folder: string, name: string): string {
  return segments(`${folder}/${name}`).join("/") || ".";
}

/** Returns an absolute path, as Terragrunt's functions return it. */
export function absolute(path: string): string {
  return path === "." ? BASE : path.startsWith("/") ? path : `${BASE}/${path}`;
}

/**
 * Returns the path that a text of an expression means; undefined if it is outside of everything that was scanned.
 * @param exists true if there is something at a path
 */
export function meantPath(folder: string, text: string, exists: (path: string) => boolean): string | undefined {
  const [top, rest = ""] = text.split(REPOSITORY, 2);
  if (text.includes(REPOSITORY)) {
    const found = top === "" ? foldersAbove(folder).filter((above) => exists(joined(above, rest))) : [];
    return found.length === 1 ? joined(found[0] ?? ".", rest) : undefined;
  }
  if (text === BASE) return ".";
  if (text.startsWith(`${BASE}/`)) return joined(".", text.slice(BASE.length + 1));
  return text.startsWith("/") || text.includes(BASE) ? undefined : joined(folder, text);
}

/** Returns a folder and the known folders above it. */
function foldersAbove(folder: string): string[] {
  const names = segments(folder);
  const folders = names.map((_, index) => names.slice(0, names.length - index).join("/"));
  return [...folders.filter((each) => !each.endsWith("..")), ...(names[0] === ".." ? [] : ["."])];
}

/** Returns the path from one folder to another; undefined if the scan does not know the folders above. */
export function relative(from: string, to: string): string | undefined {
  const [start, end] = [segments(from), segments(to)];
  let same = 0;
  while (same < start.length && start[same] === end[same]) same += 1;
  const up = start.slice(same);
  if (up.includes("..")) return undefined;
  return [...up.map(() => ".."), ...end.slice(same)].join("/") || ".";
}
