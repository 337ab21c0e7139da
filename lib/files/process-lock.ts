import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../problem/problem";
import { createExclusively, isAlive, removeIfStill, textIfThere } from "./exclusive-file";
import { refuseLink } from "./left-file";

/**
 * Keeps two runs of a command out of one checkout, with a file that holds the process id. A run takes over the lock of a
 * process that no longer runs.
 * @returns a function that releases the lock
 * @throws UserError while another run holds it
 */
export function takeProcessLock(project: string, command: string): () => void {
  const path = join(project, ".statelock", `${command}.pid`);
  const own = `${String(process.pid)}\n`;
  refuseLink(dirname(path));
  mkdirSync(dirname(path), { recursive: true });
  if (!createExclusively(path, own)) {
    const holder = holderIn(textIfThere(path));
    if (holder !== undefined && isAlive(holder)) throw held(path, command, holder);
    removeIfStill(path, (content) => holderIn(content) === holder);
    if (!createExclusively(path, own)) throw held(path, command, holderIn(textIfThere(path)));
  }
  return () => {
    removeIfStill(path, (content) => content === own);
  };
}

function holderIn(content = ""): number | undefined {
  const pid = Number.parseInt(content, 10);
  return pid > 0 ? pid : undefined;
}

function held(path: string, command: string, holder: number | undefined): UserError {
  const problem = {
    code: "already-running",
    path: command,
    message: `is already running in this checkout: process ${String(holder ?? "?")}`,
    fix: `Wait until it ends. If no such process is a statelock run, delete ${path}.`,
  };
  return new UserError([problem], "unknown");
}
