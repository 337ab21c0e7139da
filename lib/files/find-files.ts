import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  type Dirent,
} from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import type { IgnoreRules } from "./git-ignored";
import type { FoundFile, ProjectFiles, Wanted } from "./project-files";
import type { Problem } from "../problem/problem";
import { errorCode } from "./exclusive-file";
import { excludeTexts, type GitEnvironment } from "./git-excludes";
import { isInside } from "./inside";

/**
 * The real side of {@link ProjectFiles}, with paths relative to `base`. It follows links to files below `base` and the given
 * directories, and no others: a run may change the files that it finds. It does not follow links to folders, because
 * these can form circles.
 * @param environment by which git finds the rules of its user; @default - these are not read
 */
export function projectFiles(base: string, environment: GitEnvironment = {}): ProjectFiles {
  return {
    find: async (directories, wanted) => {
      const search = {
        wanted,
        tops: realFolders(base, [".", ...directories]),
        scanned: realFolders(base, directories),
      };
      const found = await Promise.all(directories.map((directory) => belowTop(base, directory, search)));
      // Directories may overlap: return each path once.
      return [...new Map(found.flat().map((each) => [each.path, each])).values()];
    },
    rulesAbove: (directories) => realFolders(base, directories).flatMap((real) => rulesAbove(real, environment)),
    read: inTurn(readText),
    readAny: inTurn(readAnyText),
  };
}

/** How many files are read, and folders listed, before timers and signals have their turn. */
const AT_ONCE = 64;

/**
 * Returns a function that gives others a turn from time to time. Files and folders are read synchronously: a project has
 * thousands of small ones, and a promise for each takes several times as long as the file.
 */
function turns(): () => Promise<void> | undefined {
  let count = 0;
  return () => {
    count += 1;
    return count % AT_ONCE === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined;
  };
}

const turn = turns();

/** Returns a function that reads files, and that gives others a turn. */
function inTurn(read: (file: FoundFile) => string | Problem): ProjectFiles["read"] {
  return (file) => {
    const others = turn();
    return others === undefined ? read(file) : others.then(() => read(file));
  };
}

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Returns the real paths of folders. A folder that is not readable has none. */
export function realFolders(base: string, directories: readonly string[]): readonly string[] {
  return directories.flatMap((directory) => {
    try {
      return [realpathSync(resolve(base, directory))];
    } catch {
      return [];
    }
  });
}

const MIB = 1024 * 1024;

/** In bytes. People write files of some KiB; programs also write JSON. */
const LONGEST_HCL = MIB;
const LONGEST_JSON = 16 * MIB;

/** Almost every file of a project fits into it. */
const BUFFER = Buffer.alloc(64 * 1024);

/** Returns the bytes of a file, until the next call. Undefined if it is longer. To ask for its size first takes as long as to read it. */
function bytesOf(realPath: string, longest: number): Buffer | undefined {
  const file = openSync(realPath, "r");
  try {
    let end = 0;
    while (end < BUFFER.length) {
      const more = readSync(file, BUFFER, end, BUFFER.length - end, null);
      if (more === 0) return BUFFER.subarray(0, end);
      end += more;
    }
    return fstatSync(file).size > longest ? undefined : Buffer.concat([BUFFER, readFileSync(file)]);
  } finally {
    closeSync(file);
  }
}

function readText({ path, realPath }: FoundFile): string | Problem {
  try {
    const longest = path.endsWith(".json") ? LONGEST_JSON : LONGEST_HCL;
    const bytes = bytesOf(realPath, longest);
    if (bytes === undefined)
      return unreadable(
        path,
        `one of more than ${String(longest / MIB)} MiB`,
        "Take it out of the folder, or split it",
      );
    const read = bytes.toString("utf8");
    // What is not UTF-8 becomes this character, which a text may also have itself.
    const text = read.includes("\ufffd") ? DECODER.decode(bytes) : read;
    return text.includes("\0") ? unreadable(path, "NUL characters", "Save it as text") : text;
  } catch (error) {
    if (error instanceof TypeError) return unreadable(path, "text that is not UTF-8", "Save it as UTF-8");
    return unreadable(path, errorCode(error) ?? String(error), "Make it readable for you");
  }
}

function readAnyText({ path, realPath }: FoundFile): string | Problem {
  try {
    const bytes = bytesOf(realPath, LONGEST_HCL);
    return bytes === undefined ? "" : decoded(bytes);
  } catch (error) {
    return unreadable(path, errorCode(error) ?? String(error), "Make it readable for you");
  }
}

/** Returns bytes as text: UTF-8, UTF-16 if they begin with its mark, otherwise Latin-1. Returns "" for bytes with NUL characters. */
function decoded(bytes: Buffer): string {
  const [first, second] = bytes;
  const isSwapped = first === 0xfe && second === 0xff;
  if (isSwapped || (first === 0xff && second === 0xfe)) {
    const whole = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)));
    return (isSwapped ? whole.swap16() : whole).toString("utf16le");
  }
  if (bytes.includes(0)) return "";
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}

/** What a search looks for, and where links may lead. */
interface Search {
  readonly wanted: Wanted;
  /** Links to files may lead below these folders, given by their real paths. */
  readonly tops: readonly string[];
  /** The folders that are searched, by their real paths. */
  readonly scanned: readonly string[];
}

async function belowTop(base: string, directory: string, search: Search): Promise<(FoundFile | Problem)[]> {
  try {
    return await below(directory, realpathSync(resolve(base, directory)), search);
  } catch (error) {
    return [unreadableFolder(directory, error)];
  }
}

/** Lists a folder by its real path. No link leads to the folders below, so their real paths follow from it. */
async function below(folder: string, real: string, search: Search): Promise<(FoundFile | Problem)[]> {
  const { wanted, tops, scanned } = search;
  let entries: Dirent[];
  try {
    entries = readdirSync(real, { withFileTypes: true });
  } catch (error) {
    return [unreadableFolder(folder, error)];
  }
  const others = turn();
  if (others !== undefined) await others;
  const found: (FoundFile | Problem)[] = [];
  const [before, realBefore] = [posix.join(folder, "-").slice(0, -1), join(real, "-").slice(0, -1)];
  for (const entry of entries) {
    const [path, realPath] = [before + entry.name, realBefore + entry.name];
    if (entry.isDirectory()) {
      if (wanted.folder(entry.name)) for (const each of await below(path, realPath, search)) found.push(each);
    } else if (entry.isSymbolicLink() && linkIsPassed(wanted, entry.name) && leadsOut(realPath, scanned)) {
      found.push(linkOutside(path));
    } else if (wanted.file(entry.name)) {
      if (entry.isSymbolicLink())
        found.push(...linked(path, realPath, tops, wanted.linkedFolders === true && wanted.folder(entry.name)));
      else if (entry.isFile()) found.push({ path, realPath });
    }
  }
  return found;
}

function linked(path: string, link: string, tops: readonly string[], isWhole: boolean): (FoundFile | Problem)[] {
  try {
    const realPath = realpathSync(link);
    const stats = statSync(realPath);
    const isWanted = stats.isFile() || (isWhole && stats.isDirectory());
    if (!isWanted) return [];
    if (!isInside(realPath, tops))
      return [
        unreadable(path, "a link that leads out of the folders to scan", "Name the folder of its target as well"),
      ];
    return stats.isFile() ? [{ path, realPath }] : [];
  } catch (error) {
    return [unreadable(path, `a link that leads nowhere (${errorCode(error) ?? ""})`, "Fix or remove the link")];
  }
}

/** True if the search enters folders of this name, and passes links to them over. */
function linkIsPassed(wanted: Wanted, name: string): boolean {
  return wanted.linkedFolders !== true && wanted.folder(name);
}

/** True for a link to a folder that the search does not reach in another way. */
function leadsOut(link: string, scanned: readonly string[]): boolean {
  try {
    const real = realpathSync(link);
    return statSync(real).isDirectory() && !scanned.includes(real) && !isInside(real, scanned);
  } catch {
    return false;
  }
}

function linkOutside(path: string): Problem {
  return {
    code: "link-outside",
    path,
    message: "leads to a folder outside of the scanned ones: Statelock did not look there, and a backend may be in it",
    fix: "Scan the folder of its target too.",
  };
}

/**
 * Returns git's rules in the folders above one, up to the top of its working tree, and those that are in no folder; nothing
 * outside of a working tree.
 */
function rulesAbove(real: string, environment: GitEnvironment): IgnoreRules[] {
  const rules: IgnoreRules[] = [];
  for (let folder = real; ; folder = dirname(folder)) {
    if (folder !== real) rules.push(...rulesIn(folder, join(folder, ".gitignore")));
    if (existsSync(join(folder, ".git")))
      return [...rules, ...excludeTexts(folder, environment).map((text) => ({ folder, text }))];
    if (dirname(folder) === folder) return [];
  }
}

function rulesIn(folder: string, path: string): IgnoreRules[] {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return [];
  const text = readText({ path, realPath: path });
  return typeof text === "string" ? [{ folder, text }] : [];
}

function unreadableFolder(path: string, error: unknown): Problem {
  return {
    code: "unreadable-folder",
    path,
    message: `could not be listed: ${errorCode(error) ?? String(error)}`,
    fix: "Name a folder that you may read. This list lacks everything below it.",
  };
}

function unreadable(path: string, got: string, fix: string): Problem {
  return {
    code: "unreadable-file",
    path,
    message: `must be a readable text file, got ${got}`,
    fix: `${fix}. Statelock left the file as it is, and this list lacks its backends.`,
  };
}
