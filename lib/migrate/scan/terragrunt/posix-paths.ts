/**
 * Stands for the working directory at the start of absolute paths, as Terragrunt's functions return them. The scan knows
 * paths below the working directory only.
 */
export const BASE = "\u{f8ff}";

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

/** Returns the path that a text of an expression means; undefined if it is outside of everything that was scanned. */
export function meantPath(folder: string, text: string): string | undefined {
  if (text === BASE) return ".";
  if (text.startsWith(`${BASE}/`)) return joined(".", text.slice(BASE.length + 1));
  return text.startsWith("/") || text.includes(BASE) ? undefined : joined(folder, text);
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
