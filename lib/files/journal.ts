import { createHash, randomUUID } from "node:crypto";
import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** What a run that replaces files is about to do; it lies in the folder while the run is at it. */
export interface Journal {
  readonly version: 1;
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  readonly files: readonly JournalFile[];
}

/** One file: where it is, where its new content waits, and what either is known by. */
export interface JournalFile {
  readonly path: string;
  readonly temporary: string;
  readonly before: string;
  readonly after: string;
}

const JOURNAL_FILE = ".statelock-migrate.json";

/** A digest that a content is known by. */
export function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Where a folder's journal is. */
export function journalPath(folder: string): string {
  return join(folder, JOURNAL_FILE);
}

/** A journal of this process. */
export function newJournal(files: readonly JournalFile[]): Journal {
  return { version: 1, id: randomUUID(), pid: process.pid, host: hostname(), files };
}

/** Puts the journal into the folder, whole or not at all; false where there is one. */
export async function takeJournal(folder: string, journal: Journal): Promise<boolean> {
  const path = journalPath(folder);
  const temporary = besideJournal(path);
  await writeFile(temporary, `${JSON.stringify(journal)}\n`, { flag: "wx" });
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The folder's journal; undefined where there is none. */
export async function readJournal(folder: string): Promise<Journal | undefined> {
  try {
    return JSON.parse(await readFile(journalPath(folder), "utf8")) as Journal;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Takes the journal out; one that is not this one by now is put back. */
export async function removeJournal(folder: string, { id }: Journal): Promise<void> {
  const path = journalPath(folder);
  const aside = besideJournal(path);
  try {
    // Of two runs that find the same journal only one can win the rename.
    await rename(path, aside);
    const moved = JSON.parse(await readFile(aside, "utf8")) as Journal;
    if (moved.id !== id) await link(aside, path);
    await rm(aside);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  }
}

/** Removes what runs that died left beside the journal. */
export async function sweepJournals(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${JOURNAL_FILE}.`)) continue;
    const [pid = ""] = name.slice(JOURNAL_FILE.length + 1).split(".");
    if (!isAlive(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

/** True while the process that wrote the journal may live: always, where it ran on another machine. */
export function mayLive({ pid, host }: Journal): boolean {
  return host !== hostname() || isAlive(pid);
}

/** A name of this process, so that others know when nobody needs the file any more. */
function besideJournal(path: string): string {
  return `${path}.${String(process.pid)}.${randomUUID()}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** The operating system's name of an error. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
