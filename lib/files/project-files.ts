import type { Problem } from "../problem/problem";

/** A file below the directories that were asked for. */
export interface FoundFile {
  /** As it was found: below the directory that was given. */
  readonly path: string;
  /** Where links end. */
  readonly realPath: string;
}

/** Reads a project's files. */
export interface ProjectFiles {
  /** Files whose name is wanted, and a problem for each place that could not be looked into. */
  readonly find: (directories: readonly string[], wanted: Wanted) => Promise<readonly (FoundFile | Problem)[]>;
  /** The file's text, byte for byte: a problem where it is not UTF-8 or cannot be read. */
  readonly read: (file: FoundFile) => Promise<string | Problem>;
}

/** What a search looks at. */
export interface Wanted {
  readonly file: (name: string) => boolean;
  readonly folder: (name: string) => boolean;
}

/** One file to be replaced, on condition that it is still what was read. */
export interface Replacement extends FoundFile {
  readonly before: string;
  readonly after: string;
}

/**
 * Replaces files: all of them or, where anything stands in the way, none. A run that was killed in the middle is
 * finished by the next one for the same folder.
 */
export type ReplaceFiles = (folder: string, replacements: readonly Replacement[]) => Promise<readonly Problem[]>;

/** What a run is about to write, kept while it is at it, so that the run after one that was killed knows it. */
export interface RunRecord {
  /** Real paths of files that are exactly what a run that was killed was to make them. */
  readonly written: () => Promise<ReadonlySet<string>>;
  readonly begin: (replacements: readonly Replacement[]) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** What version control knows about files. */
export interface VersionControl {
  /**
   * Why the files could not be had back: changes that are not committed, files that are not tracked.
   * @param own files whose changes do not count
   */
  readonly unsaved: (realPaths: readonly string[], own: ReadonlySet<string>) => Promise<readonly Problem[]>;
  /** A file's path as version control calls it, or from the working directory where there is none. */
  readonly nameOf: (realPath: string) => string;
}

/** A path from what a search yields. */
export function isFoundFile(found: FoundFile | Problem): found is FoundFile {
  return "realPath" in found;
}
