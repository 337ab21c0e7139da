import { randomUUID } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { UserError, type Problem } from "../problem/problem";

/**
 * Writes a file so that a reader sees the old content or the new, never a part of it: it writes a temporary file, then
 * renames it. An unchanged file is not written, unless others may use it who should not. A link is replaced, and its target stays.
 * @throws UserError for a pipe or a device: a file in place of /dev/null would break the whole machine
 */
export function writeWhole(path: string, content: string, mode = 0o666): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile() && !there.isSymbolicLink() && !there.isDirectory())
    throw new UserError([deviceInPlace(path)], "unknown");
  const isOpen = there !== undefined && (there.mode & 0o666 & ~mode) !== 0;
  if (there?.isFile() === true && !isOpen && readFileSync(path, "utf8") === content) return;
  if (there === undefined) mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, content, { flag: "wx", mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function deviceInPlace(path: string): Problem {
  return {
    code: "not-a-file",
    path,
    message: "must be a plain file, or nothing yet, got a pipe or a device",
    fix: "Name another file. Statelock wrote nothing there.",
  };
}

/** Removes every file below `root/folder` that is not in `files`. Call it only for a folder that holds nothing but output of synth. */
export function removeOthers(root: string, folder: string, files: ReadonlySet<string>): void {
  if (!existsSync(join(root, folder))) return;
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      removeOthers(root, path, files);
      if (readdirSync(join(root, path)).length === 0) rmSync(join(root, path), { recursive: true });
    } else if (!files.has(path)) {
      rmSync(join(root, path));
    }
  }
}
