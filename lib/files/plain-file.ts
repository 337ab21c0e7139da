import { lstatSync, readdirSync, readFileSync, statSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { UserError, type Problem } from "../problem/problem";
import { withCommas } from "../text/counted";
import { refuseLink } from "./left-file";

/** Bytes. The inventory of 10,000 consumers has a tenth of it. */
const LONGEST = 256 * 1024 * 1024;

/**
 * Returns the text of a file; undefined if there is nothing. A link to a file counts as that file.
 * @throws UserError for a pipe, a device or a folder, because reading it might never end, and for a file too long to read
 */
export function plainFileText(path: string): string | undefined {
  return plainFileBytes(path)?.toString("utf8");
}

/** As {@link plainFileText}, for bytes. @throws UserError */
export function plainFileBytes(path: string): Buffer | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isFile()) throw new UserError([notPlain(path)], "unknown");
  if (found.size > LONGEST) throw new UserError([notPlain(path, `one of ${withCommas(found.size)} bytes`)], "unknown");
  return readFileSync(path);
}

/** The one place where Terraform itself makes links, to its plugin cache: `<host>/<namespace>/<type>/<version>/<platform>`. */
const CACHED_PROVIDER = /(?:^|\/)\.terraform\/providers(?:\/[^/]+){5}$/;

/**
 * Refuses a folder of output in which something is a link, a pipe or a device: synth or the engine would write through it.
 * @throws UserError
 */
export function refuseLinksBelow(folder: string): void {
  refuseLink(folder);
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) refuseLinksBelow(path);
    else if (entry.isSymbolicLink() && !CACHED_PROVIDER.test(path)) refuseLink(path);
    else if (!entry.isFile() && !entry.isSymbolicLink()) throw new UserError([notPlain(path)], "unknown");
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  const isFolder = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? readdirSync(folder, { withFileTypes: true }) : [];
}

function notPlain(path: string, got = "a pipe, a device or a folder"): Problem {
  return {
    code: "not-a-file",
    path,
    message: `must be a plain file of at most ${withCommas(LONGEST)} bytes, got ${got}`,
    fix: "Find out who made it, and remove it. Then run the command again.",
  };
}
