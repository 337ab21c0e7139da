import type { Dirent } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, posix, resolve } from "node:path";
import type { FoundFile, ProjectFiles, Wanted } from "./project-files";
import type { Problem } from "../problem/problem";
import { codeOf } from "./journal";

/**
 * The real side of {@link ProjectFiles}, with paths from `base`. Links to files are followed, links to folders are not:
 * they could be circles.
 */
export function projectFiles(base: string): ProjectFiles {
  return {
    find: async (directories, wanted) => {
      const found = await Promise.all(directories.map((directory) => belowTop(base, directory, wanted)));
      // Directories may overlap: each path once.
      return [...new Map(found.flat().map((each) => [each.path, each])).values()];
    },
    read: readText,
  };
}

const MIB = 1024 * 1024;

/** Bytes. People write files of some KiB; JSON is written by programs too. */
const LONGEST_HCL = MIB;
const LONGEST_JSON = 16 * MIB;

async function readText({ path, realPath }: FoundFile): Promise<string | Problem> {
  try {
    const longest = path.endsWith(".json") ? LONGEST_JSON : LONGEST_HCL;
    if ((await stat(realPath)).size > longest)
      return unreadable(
        path,
        `one of more than ${String(longest / MIB)} MiB`,
        "Take it out of the folder, or split it",
      );
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(realPath));
    return text.includes("\0") ? unreadable(path, "NUL characters", "Save it as text") : text;
  } catch (error) {
    if (error instanceof TypeError) return unreadable(path, "text that is not UTF-8", "Save it as UTF-8");
    return unreadable(path, codeOf(error) ?? String(error), "Make it readable for you");
  }
}

async function belowTop(base: string, directory: string, wanted: Wanted): Promise<(FoundFile | Problem)[]> {
  try {
    return await below(directory, await realpath(resolve(base, directory)), wanted);
  } catch (error) {
    return [unreadableFolder(directory, error)];
  }
}

/** `real` is the folder's own path: no link leads from it to those below, so theirs need not be asked for. */
async function below(folder: string, real: string, wanted: Wanted): Promise<(FoundFile | Problem)[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(real, { withFileTypes: true });
  } catch (error) {
    return [unreadableFolder(folder, error)];
  }
  const found = await Promise.all(
    entries.map(async (entry): Promise<(FoundFile | Problem)[]> => {
      const [path, realPath] = [posix.join(folder, entry.name), join(real, entry.name)];
      if (entry.isDirectory()) return wanted.folder(entry.name) ? below(path, realPath, wanted) : [];
      if (!wanted.file(entry.name)) return [];
      if (entry.isSymbolicLink()) return linked(path, realPath);
      return entry.isFile() ? [{ path, realPath }] : [];
    }),
  );
  return found.flat();
}

async function linked(path: string, link: string): Promise<(FoundFile | Problem)[]> {
  try {
    const realPath = await realpath(link);
    return (await stat(realPath)).isFile() ? [{ path, realPath }] : [];
  } catch (error) {
    return [unreadable(path, `a link that leads nowhere (${codeOf(error) ?? ""})`, "Mend or remove the link")];
  }
}

function unreadableFolder(path: string, error: unknown): Problem {
  return {
    code: "unreadable-folder",
    path,
    message: `must be a folder that can be looked into, got ${codeOf(error) ?? String(error)}`,
    fix: "Give a folder, and make it readable for you; what is in it is not in this list.",
  };
}

function unreadable(path: string, got: string, fix: string): Problem {
  return {
    code: "unreadable-file",
    path,
    message: `must be a text file that can be read, got ${got}`,
    fix: `${fix}; it was left as it is, and what it holds is not in this list.`,
  };
}
