import { opendir, readFile, realpath, stat } from "node:fs/promises";
import { join, posix, resolve } from "node:path";
import type { FoundFile, ProjectFiles, Wanted } from "../migrate/ports";
import type { Problem } from "../problem";

/**
 * The real side of {@link ProjectFiles}, with paths from `base`. Links to files are followed, links to folders are not:
 * they could be circles.
 */
export const projectFiles = (base: string): ProjectFiles => ({
  find: async function* (directories, wanted) {
    // Two directories may overlap; a file is reported once, under the path it is met with first.
    const seen = new Set<string>();
    for (const directory of directories) {
      for await (const found of below(base, directory, wanted)) {
        if (!("realPath" in found)) yield found;
        else if (!seen.has(found.path)) {
          seen.add(found.path);
          yield found;
        }
      }
    }
  },
  read: async ({ path, realPath }) => {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(realPath));
    } catch (error) {
      if (error instanceof TypeError) return unreadable(path, "text that is not UTF-8", "Save it as UTF-8");
      return unreadable(path, codeOf(error), "Make it readable for you");
    }
  },
});

async function* below(base: string, directory: string, wanted: Wanted): AsyncGenerator<FoundFile | Problem> {
  try {
    // One look-up for the folder instead of one for each file: links are the exception.
    const real = await realpath(resolve(base, directory));
    for await (const entry of await opendir(real)) {
      const path = posix.join(directory, entry.name);
      if (entry.isDirectory()) {
        if (wanted.folder(entry.name)) yield* below(base, path, wanted);
      } else if (wanted.file(entry.name)) {
        if (entry.isFile()) yield { path, realPath: join(real, entry.name) };
        else if (entry.isSymbolicLink()) yield* linked(path, join(real, entry.name));
      }
    }
  } catch (error) {
    yield {
      code: "unreadable-folder",
      path: directory,
      message: `must be a folder that can be looked into, got ${codeOf(error)}`,
      fix: "Give a folder, and make it readable for you; what is in it is not in this list.",
    };
  }
}

async function* linked(path: string, link: string): AsyncGenerator<FoundFile | Problem> {
  try {
    const realPath = await realpath(link);
    if ((await stat(realPath)).isFile()) yield { path, realPath };
  } catch (error) {
    yield unreadable(path, `a link that leads nowhere (${codeOf(error)})`, "Mend or remove the link");
  }
}

function unreadable(path: string, got: string, fix: string): Problem {
  return {
    code: "unreadable-file",
    path,
    message: `must be a text file that can be read, got ${got}`,
    fix: `${fix}; it was left as it is, and what it holds is not in this list.`,
  };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
