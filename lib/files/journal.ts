import { createHash, randomUUID } from "node:crypto";
import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../problem/problem";
import { parseJson } from "../text/parse-json";
import { createExclusively, isAlive, removeIfStill } from "./exclusive-file";
import { isInside } from "./inside";
import { notOurs, readLeftFile, type IsTracked } from "./left-file";

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

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const schema: z.ZodType<Journal> = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  pid: z.int().positive(),
  host: z.string(),
  files: z.array(z.strictObject({ path: z.string(), temporary: z.string(), before: sha256, after: sha256 })),
});

const JOURNAL_FILE = ".statelock-migrate.json";
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** What {@link createExclusively} and {@link removeIfStill} leave if they are killed. */
const LEFT_BESIDE = new RegExp(String.raw`^\.statelock-migrate\.json\.(\d{1,10})\.${UUID}$`);
const TEMPORARY = new RegExp(String.raw`^\.(.+)\.${UUID}\.tmp$`, "s");

/** Returns the SHA-256 digest of a content. */
export function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Returns the path of a folder's journal. */
export function journalPath(folder: string): string {
  return join(folder, JOURNAL_FILE);
}

/** Returns a path beside a file. It is hidden, so that neither Terraform nor a scan reads it as a file of the root. */
export function besides(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
}

/** Creates a journal of this process. */
export function newJournal(files: readonly JournalFile[]): Journal {
  return { version: 1, id: randomUUID(), pid: process.pid, host: hostname(), files };
}

/** Writes the journal to the folder, whole or not at all. Returns false if the folder already has one. */
export function takeJournal(folder: string, journal: Journal): boolean {
  return createExclusively(journalPath(folder), `${JSON.stringify(journal)}\n`);
}

/** The folders in which a run may change files, as real paths, and what version control tracks there. */
export interface JournalScope {
  readonly within: readonly string[];
  readonly isTracked: IsTracked;
}

/**
 * Returns the journal of a folder; undefined if the folder has no journal.
 * @throws UserError if it names a file that a run in this folder could not have written
 */
export function readJournal(folder: string, { within, isTracked }: JournalScope): Journal | undefined {
  const journal = readLeftFile(journalPath(folder), schema, isTracked);
  if (journal === undefined) return undefined;
  const ofFolder = realFilesOf(folder);
  const isOurs = ({ path, temporary }: JournalFile): boolean =>
    (ofFolder.has(path) || dirname(path) === realpathSync(folder)) &&
    isInside(path, within) &&
    dirname(temporary) === dirname(path) &&
    TEMPORARY.exec(basename(temporary))?.[1] === basename(path) &&
    [path, temporary].every(isPlainOrAbsent);
  if (journal.files.every(isOurs)) return journal;
  throw new UserError([notOurs(journalPath(folder), "one with files that no run in this folder writes")], "unknown");
}

/** Removes this journal. A journal of another run stays. */
export function removeJournal(folder: string, { id }: Journal): void {
  removeIfStill(journalPath(folder), (content) => schema.safeParse(parseJson(content)).data?.id === id);
}

/** Removes the files that killed runs left beside the journal. */
export async function sweepJournals(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const pid = LEFT_BESIDE.exec(entry.name)?.[1];
    if (pid !== undefined && entry.isFile() && !isAlive(Number(pid)))
      await rm(join(folder, entry.name), { force: true });
  }
}

/** True if the process that wrote the journal may still run: always true for another machine. */
export function mayLive({ pid, host }: Journal): boolean {
  return host !== hostname() || isAlive(pid);
}

/** Returns the real paths of a folder's files, and of the files that its links lead to. */
function realFilesOf(folder: string): ReadonlySet<string> {
  return new Set(
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (!entry.isFile() && !entry.isSymbolicLink()) return [];
      try {
        return [realpathSync(join(folder, entry.name))];
      } catch {
        return [];
      }
    }),
  );
}

function isPlainOrAbsent(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() !== false;
}
