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

/**
 * Writes a file so that a reader sees the old content or the new, never a part of it: it writes a temporary file, then
 * renames it. An unchanged file is not written, unless others may use it who should not. A link is replaced, and its target stays.
 */
export function writeWhole(path: string, content: string, mode = 0o666): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
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
