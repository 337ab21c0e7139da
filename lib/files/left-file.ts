import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import type { ZodType } from "zod";
import { UserError, type Problem } from "../problem/problem";
import { parseJson } from "../text/parse-json";
import { textIfThere } from "./exclusive-file";

/** True if version control tracks a file: then somebody committed it, and no run of this checkout wrote it. */
export type IsTracked = (path: string) => boolean;

/** Bytes. A journal has some hundred for each file of a root. */
const LONGEST = 16 * 1024 * 1024;

/**
 * Reads a file that a run leaves for the next run in this checkout. Returns undefined if there is no file. It believes
 * only a plain file with the wanted content that nobody committed: everybody who can push could plant another.
 * @throws UserError if the file is a link, is tracked, or does not have the wanted content
 */
export function readLeftFile<T>(path: string, schema: ZodType<T>, isTracked: IsTracked): T | undefined {
  refuseLink(dirname(path));
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isFile()) throw new UserError([notOurs(path, "a link or a folder")], "unknown");
  if (isTracked(path)) throw new UserError([notOurs(path, "a file that git tracks")], "unknown");
  const text = found.size > LONGEST ? "" : textIfThere(path);
  // The run that wrote it has ended meanwhile.
  if (text === undefined) return undefined;
  const content = schema.safeParse(parseJson(text));
  if (!content.success) throw new UserError([notOurs(path, "another content")], "unknown");
  return content.data;
}

/** Refuses a place of Statelock's own that is a link: what a run writes there would change other files. @throws UserError */
export function refuseLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  const problem = {
    code: "linked-place",
    path,
    message: "must not be a link: Statelock writes files of its own there",
    fix: "Find out who made the link, and remove it. Then run the command again.",
  };
  throw new UserError([problem], "unknown");
}

/** A file that a run would have left, but that no run wrote. */
export function notOurs(path: string, got: string): Problem {
  return {
    code: "run-record",
    path,
    message: `must be the note of a started run, got ${got}`,
    fix: "Find out who wrote it, and delete it. Then run the command again: if an earlier run left a lock, the command names its holder.",
  };
}
