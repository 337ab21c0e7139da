import { randomUUID } from "node:crypto";
import { access, chmod, chown, constants, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { ReplaceFiles, Replacement } from "./project-files";
import type { Problem } from "../problem/problem";
import {
  codeOf,
  digest,
  mayLive,
  newJournal,
  readJournal,
  removeJournal,
  sweepJournals,
  takeJournal,
  type Journal,
  type JournalFile,
} from "./journal";
import { changedProblem, failedProblem, readOnlyProblem, runningProblem } from "./replace-problems";

/**
 * The real side of {@link ReplaceFiles}, with folders from `base`. Every new content lies complete beside its file before the first is renamed, and
 * a journal names them: a run that dies before the first rename has changed nothing, one that dies later is finished by
 * the next. The journal also keeps two runs apart.
 */
export function replaceFiles(base: string): ReplaceFiles {
  return (folder, replacements) => replaceIn(resolve(base, folder), replacements);
}

async function replaceIn(folder: string, replacements: readonly Replacement[]): Promise<readonly Problem[]> {
  try {
    const busy = await finishEarlierRun(folder);
    if (busy !== undefined) return [busy];
    const waiting = replacements.filter(({ before, after }) => before !== after);
    const problems = (await Promise.all(waiting.map(fileProblems))).flat();
    if (problems.length > 0 || waiting.length === 0) return problems;
    const journal = newJournal(waiting.map(journalFile));
    if (!(await takeJournal(folder, journal))) return [runningProblem(folder, await readJournal(folder))];
    try {
      return await replaceAll(waiting, journal);
    } finally {
      for (const { temporary } of journal.files) await rm(temporary, { force: true });
      await removeJournal(folder, journal);
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [failedProblem(folder, error)];
  }
}

async function replaceAll(replacements: readonly Replacement[], journal: Journal): Promise<Problem[]> {
  for (const [index, replacement] of replacements.entries()) {
    await writeBeside(replacement, temporaryOf(journal, index));
  }
  const changed = (await Promise.all(replacements.map(changeOf))).filter((problem) => problem !== undefined);
  if (changed.length > 0) return changed;
  const done: Replacement[] = [];
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

async function renamed({ path, realPath }: Replacement, temporary: string): Promise<Problem | undefined> {
  try {
    await rename(temporary, realPath);
    return undefined;
  } catch (error) {
    return failedProblem(path, error);
  }
}

/** Gives a file its old content back, unless somebody changed it meanwhile. */
async function takeBack(replacement: Replacement): Promise<void> {
  const { realPath, before, after } = replacement;
  if (digest(await readFile(realPath)) !== digest(after)) return;
  const temporary = besides(realPath);
  await writeBeside({ ...replacement, after: before }, temporary);
  await rename(temporary, realPath);
}

/** Finishes what a run that died had begun, or takes it back where it had not replaced anything yet. */
async function finishEarlierRun(folder: string): Promise<Problem | undefined> {
  await sweepJournals(folder);
  const journal = await readJournal(folder);
  if (journal === undefined) return undefined;
  if (mayLive(journal)) return runningProblem(folder, journal);
  const found = await Promise.all(journal.files.map(async (file) => ({ ...file, now: await digestOf(file.path) })));
  const hadBegun = found.some(({ now, after }) => now === after);
  for (const { path, temporary, before, after, now } of found) {
    const isWaiting = hadBegun && now === before && (await digestOf(temporary)) === after;
    if (isWaiting) await rename(temporary, path);
    else await rm(temporary, { force: true });
  }
  await removeJournal(folder, journal);
  return undefined;
}

async function fileProblems(replacement: Replacement): Promise<Problem[]> {
  const { path, realPath } = replacement;
  const changed = await changeOf(replacement);
  if (changed !== undefined) return [changed];
  const { mode } = await stat(realPath);
  const isWritable = (mode & 0o222) !== 0 && (await mayWrite(realPath)) && (await mayWrite(dirname(realPath)));
  return isWritable ? [] : [readOnlyProblem(path)];
}

/** A problem unless the file still is what was read, or already is what it is to become. */
async function changeOf({ path, realPath, before, after }: Replacement): Promise<Problem | undefined> {
  const now = await digestOf(realPath);
  if (now === digest(before) || now === digest(after)) return undefined;
  return changedProblem(path, now === undefined ? "removed" : "changed");
}

async function writeBeside({ realPath, after }: Replacement, temporary: string): Promise<void> {
  const { mode, uid, gid } = await stat(realPath);
  await writeFile(temporary, after, { flag: "wx", mode });
  // The mask for new files takes bits away.
  await chmod(temporary, mode);
  if (uid !== process.getuid?.() || gid !== process.getgid?.()) await chown(temporary, uid, gid).catch(() => undefined);
}

function journalFile({ realPath, before, after }: Replacement): JournalFile {
  return { path: realPath, temporary: besides(realPath), before: digest(before), after: digest(after) };
}

function temporaryOf(journal: Journal, index: number): string {
  return journal.files[index]?.temporary ?? "";
}

/** Hidden, so that neither Terraform nor a scan takes it for a file of the root. */
function besides(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
}

async function digestOf(path: string): Promise<string | undefined> {
  try {
    return digest(await readFile(path));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function mayWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
