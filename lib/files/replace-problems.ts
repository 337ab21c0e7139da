import type { Problem } from "../problem/problem";
import { codeOf, journalPath, type Journal } from "./journal";

/** Another run is at the folder. */
export function runningProblem(folder: string, journal: Journal | undefined): Problem {
  return {
    code: "already-running",
    path: folder,
    message: `must be moved by one run at a time, and process ${String(journal?.pid ?? "?")} on ${journal?.host ?? "this machine"} is at it`,
    fix: `Wait until it is done, then run the command again. If no such process is a statelock run, delete ${journalPath(folder)}.`,
  };
}

/** The operating system would not. */
export function failedProblem(path: string, error: unknown): Problem {
  return {
    code: "write-failed",
    path,
    message: `must be written, got ${codeOf(error) ?? String(error)}`,
    fix: "Mend that, then run the command again; the root's files are as they were.",
  };
}

/** Neither the file nor its folder may be written to. */
export function readOnlyProblem(path: string): Problem {
  return {
    code: "read-only-file",
    path,
    message: "must be writable, got a file or folder that is read-only",
    fix: "Make it writable (chmod u+w), or leave its root out; no file of the root was changed.",
  };
}

/** Somebody else was at the file. */
export function changedProblem(path: string, how: "changed" | "removed"): Problem {
  return {
    code: "file-changed",
    path,
    message: `must still be what was read, but it was ${how} meanwhile`,
    fix: "Run the command again: it reads the file anew. No file of its root was changed.",
  };
}
