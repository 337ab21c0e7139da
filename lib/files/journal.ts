import { createHash, randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { createExclusively, isAlive, removeIfStill, textIfThere } from "./exclusive-file";

/** What a run that replaces files is about to do. The file is in the folder while the run works there. */
export interface Journal {
  readonly version: 1;
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  readonly files: readonly JournalFile[];
}

/** One file: its path, the path where its new content waits, and the digests of both contents. */
export interface JournalFile {
  readonly path: string;
  readonly temporary: string;
  readonly before: string;
  readonly after: string;
}

const JOURNAL_FILE = ".statelock-migrate.json";

/** Returns the SHA-256 digest of a content. */
export function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Returns the path of a folder's journal. */
export function journalPath(folder: string): string {
  return join(folder, JOURNAL_FILE);
}

/** Creates a journal of this process. */
export function newJournal(files: readonly JournalFile[]): Journal {
  return { version: 1, id: randomUUID(), pid: process.pid, host: hostname(), files };
}

/** Writes the journal to the folder, whole or not at all. Returns false if the folder already has one. */
export function takeJournal(folder: string, journal: Journal): boolean {
  return createExclusively(journalPath(folder), `${JSON.stringify(journal)}\n`);
}

/** Returns the journal of a folder; undefined if the folder has no journal. */
export function readJournal(folder: string): Journal | undefined {
  const text = textIfThere(journalPath(folder));
  return text === undefined ? undefined : (JSON.parse(text) as Journal);
}

/** Removes this journal. A journal of another run stays. */
export function removeJournal(folder: string, { id }: Journal): void {
  removeIfStill(journalPath(folder), (content) => (JSON.parse(content) as Journal).id === id);
}

/** Removes the files that killed runs left beside the journal. */
export async function sweepJournals(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${JOURNAL_FILE}.`)) continue;
    const [pid = ""] = name.slice(JOURNAL_FILE.length + 1).split(".");
    if (!isAlive(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

/** True if the process that wrote the journal may still run: always true for another machine. */
export function mayLive({ pid, host }: Journal): boolean {
  return host !== hostname() || isAlive(pid);
}
