import type { Problem } from "../problem/problem";
import type { IgnoreRules } from "./git-ignored";

/** A file below the directories that were asked for. */
export interface FoundFile {
  /** The path below the given directory. */
  readonly path: string;
  /** The path after all links are resolved. */
  readonly realPath: string;
}

/** Reads a project's files. */
export interface ProjectFiles {
  /**
   * Finds files whose name is wanted. Returns a problem for each folder or link that it could not read, and for each link to a
   * folder outside of the directories (`link-outside`).
   */
  readonly find: (directories: readonly string[], wanted: Wanted) => Promise<readonly (FoundFile | Problem)[]>;
  /** Returns the rules of git in the folders above the directories, up to the top of the working tree. @default - none */
  readonly rulesAbove?: (directories: readonly string[]) => readonly IgnoreRules[];
  /**
   * Returns the exact text of a file, or a problem if the file is not UTF-8 or not readable. Not always a promise: one for each
   * file of a fleet takes longer than the file.
   */
  readonly read: (file: FoundFile) => string | Problem | Promise<string | Problem>;
  /**
   * Returns the text of a file in any encoding; empty for a binary file and for a file longer than people write. Only to look
   * at: a rewrite takes the text from `read`. @default - as `read`
   */
  readonly readAny?: ProjectFiles["read"];
}

/** Which files a search returns, and which folders it enters, by name. */
export interface Wanted {
  readonly file: (name: string) => boolean;
  readonly folder: (name: string) => boolean;
  /** Report a link to a folder outside, which nobody looks into. @default false */
  readonly linkedFolders?: boolean;
}

/** One file to replace, on condition that its content is still what was read. */
export interface FileReplacement extends FoundFile {
  readonly before: string;
  readonly after: string;
}

/**
 * Replaces all of the files or, if anything prevents it, none. If a run is killed in the middle, the next run in the same
 * folder finishes it.
 */
export type ReplaceFiles = (folder: string, replacements: readonly FileReplacement[]) => Promise<readonly Problem[]>;

/** The files that a run is about to write. The record outlives a killed run, so that the next run knows them. */
export interface RunRecord {
  /** Returns the real paths of the files that a killed run wrote, and that nobody changed since. */
  readonly written: () => Promise<ReadonlySet<string>>;
  readonly begin: (replacements: readonly FileReplacement[]) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Answers of version control about files. */
export interface VersionControl {
  /**
   * Returns why version control could not restore the files: uncommitted changes, untracked files.
   * @param own files whose changes do not count
   */
  readonly unsaved: (realPaths: readonly string[], own: ReadonlySet<string>) => Promise<readonly Problem[]>;
  /** Returns a file's path from the top of its working tree; without version control, from the working directory. */
  readonly nameOf: (realPath: string) => string;
}

/** A line that contains the word. */
export interface Mention {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** What a search looked at, and what it found. */
export interface TextSearch {
  /** Every text file that was read, by its path. */
  readonly files: readonly string[];
  readonly mentions: readonly Mention[];
  /** Files and folders that could not be read. */
  readonly problems: readonly Problem[];
}

/** Where to search, and for what. */
interface SearchOptions {
  readonly folders: readonly string[];
  readonly word: string;
  readonly isSkippedFolder: (name: string) => boolean;
  /** True for a text that does not count, such as one that Statelock wrote. */
  readonly isOwnText: (text: string) => boolean;
  /** Decides by all files that were found. */
  readonly wanted: (files: readonly FoundFile[]) => readonly FoundFile[];
}

/** A search of the files of a project for a word. */
export type SearchText = (options: SearchOptions) => Promise<TextSearch>;

/** True for a file, false for a problem. */
export function isFoundFile(found: FoundFile | Problem): found is FoundFile {
  return "realPath" in found;
}
