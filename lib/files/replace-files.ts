import { realpathSync } from "node:fs";
import { access, chmod, chown, constants, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ReplaceFiles, FileReplacement } from "./project-files";
import { UserError, type Problem } from "../problem/problem";
import {
  besides,
  digest,
  mayLive,
  newJournal,
  readJournal,
  removeJournal,
  sweepJournals,
  takeJournal,
  type Journal,
  type JournalFile,
  type JournalScope,
} from "./journal";
import { errorCode } from "./exclusive-file";
import { changedProblem, failedProblem, readOnlyProblem, runningProblem } from "./replace-problems";

/**
 * The real side of {@link ReplaceFiles}, with folders relative to `base`. It writes every new content beside its file
 * before it renames the first, and a journal names them. If a run dies before the first rename, nothing has changed; if it
 * dies later, the next run finishes it. The journal also keeps two runs apart.
 * @param scope folders in which a run may change files; @default - `base`
 */
export function replaceFiles(base: string, scope: Partial<JournalScope> = {}): ReplaceFiles {
  const { within = [realpathSync(base)], isTracked = () => false } = scope;
  return (folder, replacements) => replaceIn(resolve(base, folder), replacements, { within, isTracked });
}

async function replaceIn(
  folder: string,
  replacements: readonly FileReplacement[],
  scope: JournalScope,
): Promise<readonly Problem[]> {
  try {
    const busy = await finishEarlierRun(folder, scope);
    if (busy !== undefined) return [busy];
    const waiting = replacements.filter(({ before, after }) => before !== after);
    const problems = (await Promise.all(waiting.map(fileProblems))).flat();
    if (problems.length > 0 || waiting.length === 0) return problems;
    const journal = newJournal(waiting.map(journalFile));
    if (!takeJournal(folder, journal)) return [runningProblem(folder, readJournal(folder, scope))];
    try {
      return await replaceAll(waiting, journal);
    } finally {
      for (const { temporary } of journal.files) await rm(temporary, { force: true });
      removeJournal(folder, journal);
    }
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    if (errorCode(error) === undefined) throw error;
    return [failedProblem(folder, error)];
  }
}

async function replaceAll(replacements: readonly FileReplacement[], journal: Journal): Promise<Problem[]> {
  for (const [index, replacement] of replacements.entries()) {
    await writeBeside(replacement, temporaryOf(journal, index));
  }
  const changed = (await Promise.all(replacements.map(changeOf))).filter((problem) => problem !== undefined);
  if (changed.length > 0) return changed;
  const done: FileReplacement[] = [];
  for (const [index, replacement] of replacements.entries()) {
    const problem = (await changeOf(replacement)) ?? (await renamed(replacement, temporaryOf(journal, index)));
    if (problem === undefined) {
      done.push(replacement);
      continue;
    }
    for (const earlier of done) await takeBack(earlier);
    return [problem];
  }
  return [];
}

async function renamed({ path, realPath }: FileReplacement, temporary: string): Promise<Problem | undefined> {
  try {
    await rename(temporary, realPath);
    return undefined;
  } catch (error) {
    return failedProblem(path, error);
  }
}

/** Restores the old content of a file, unless somebody changed the file meanwhile. */
async function takeBack(replacement: FileReplacement): Promise<void> {
  const { realPath, before, after } = replacement;
  if (digest(await readFile(realPath)) !== digest(after)) return;
  const temporary = besides(realPath);
  await writeBeside({ ...replacement, after: before }, temporary);
  await rename(temporary, realPath);
}

/** Finishes the replacement that a killed run began. If that run had not replaced any file yet, it removes its temporary files. */
async function finishEarlierRun(folder: string, scope: JournalScope): Promise<Problem | undefined> {
  await sweepJournals(folder);
  const journal = readJournal(folder, scope);
  if (journal === undefined) return undefined;
  if (mayLive(journal)) return runningProblem(folder, journal);
  const found = await Promise.all(journal.files.map(async (file) => ({ ...file, now: await digestOf(file.path) })));
  const hadBegun = found.some(({ now, after }) => now === after);
  for (const { path, temporary, before, after, now } of found) {
    const isWaiting = hadBegun && now === before && (await digestOf(temporary)) === after;
    if (isWaiting) await rename(temporary, path);
    else await rm(temporary, { force: true });
  }
  removeJournal(folder, journal);
  return undefined;
}

async function fileProblems(replacement: FileReplacement): Promise<Problem[]> {
  const { path, realPath } = replacement;
  const changed = await changeOf(replacement);
  if (changed !== undefined) return [changed];
  const { mode } = await stat(realPath);
  const isWritable = (mode & 0o222) !== 0 && (await mayWrite(realPath)) && (await mayWrite(dirname(realPath)));
  return isWritable ? [] : [readOnlyProblem(path)];
}

/** Returns a problem unless the file still has the content that was read, or already has its new content. */
async function changeOf({ path, realPath, before, after }: FileReplacement): Promise<Problem | undefined> {
  const now = await digestOf(realPath);
  if (now === digest(before) || now === digest(after)) return undefined;
  return changedProblem(path, now === undefined ? "removed" : "changed");
}

async function writeBeside({ realPath, after }: FileReplacement, temporary: string): Promise<void> {
  const { mode, uid, gid } = await stat(realPath);
  await writeFile(temporary, after, { flag: "wx", mode });
  // The umask removes bits from the mode of a new file.
  await chmod(temporary, mode);
  if (uid !== process.getuid?.() || gid !== process.getgid?.()) await chown(temporary, uid, gid).catch(() => undefined);
}

function journalFile({ realPath, before, after }: FileReplacement): JournalFile {
  return { path: realPath, temporary: besides(realPath), before: digest(before), after: digest(after) };
}

function temporaryOf(journal: Journal, index: number): string {
  return journal.files[index]?.temporary ?? "";
}

async function digestOf(path: string): Promise<string | undefined> {
  try {
    return digest(await readFile(path));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function mayWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
