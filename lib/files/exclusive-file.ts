import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Creates a file with this content, whole or not at all. Returns false if there is a file already. */
export function createExclusively(path: string, content: string): boolean {
  const temporary = besidesOfThisProcess(path);
  writeFileSync(temporary, content, { flag: "wx" });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Removes the file if `isExpected` accepts its content. A file that another process created meanwhile stays. */
export function removeIfStill(path: string, isExpected: (content: string) => boolean): void {
  const aside = besidesOfThisProcess(path);
  try {
    // Only one of two processes that remove the same file can win the rename.
    renameSync(path, aside);
    if (!isExpected(readFileSync(aside, "utf8"))) linkSync(aside, path);
    rmSync(aside);
  } catch (error) {
    if (errorCode(error) !== "ENOENT" && errorCode(error) !== "EEXIST") throw error;
  }
}

/** Returns the text of a file; undefined if there is no such file. */
export function textIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** True if a process with this id runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** Returns the operating system's name of an error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** The name holds the process id, so that others know when nobody needs the file any more. */
function besidesOfThisProcess(path: string): string {
  return `${path}.${String(process.pid)}.${randomUUID()}`;
}
