import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../problem/problem";

/**
 * Keeps two runs of a command out of one checkout: a file with the holder's process id, made only where there is none.
 * That of a process that is gone is moved aside first, by a rename that only one of two takers can win.
 * @returns what gives the lock back
 * @throws UserError while another run holds it
 */
export function takeRunLock(project: string, command: string): () => void {
  const path = join(project, ".statelock", `${command}.pid`);
  mkdirSync(dirname(path), { recursive: true });
  if (!tryTake(path)) {
    const holder = readHolder(path);
    if (holder !== undefined && isAlive(holder)) throw held(path, command, holder);
    moveAside(path, holder);
    if (!tryTake(path)) throw held(path, command, readHolder(path));
  }
  return () => {
    if (readHolder(path) === process.pid) rmSync(path, { force: true });
  };
}

function tryTake(path: string): boolean {
  try {
    writeFileSync(path, `${String(process.pid)}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Moves the lock of a process that is gone out of the way; a lock that another run took meanwhile is put back. */
function moveAside(path: string, gone: number | undefined): void {
  const aside = `${path}.${String(process.pid)}`;
  try {
    renameSync(path, aside);
    if (readHolder(aside) !== gone) linkSync(aside, path);
    rmSync(aside);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  }
}

function readHolder(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function held(path: string, command: string, holder: number | undefined): UserError {
  return new UserError(
    [
      {
        code: "already-running",
        path: command,
        message: `must run once at a time in a checkout, and process ${String(holder ?? "?")} runs it`,
        fix: `Wait until it is done. If no such process is a statelock run, delete ${path}.`,
      },
    ],
    "unknown",
  );
}
