import type { Problem } from "../problem/problem";
import { errorCode } from "./exclusive-file";
import { journalPath, type Journal } from "./journal";

/** Another run works in the folder. */
export function runningProblem(folder: string, journal: Journal | undefined): Problem {
  return {
    code: "already-running",
    path: folder,
    message: `is in use by another run: process ${String(journal?.pid ?? "?")} on ${journal?.host ?? "this machine"}`,
    fix: `Wait until it ends, then run the command again. If no such process is a statelock run, delete ${journalPath(folder)}.`,
  };
}

/** The operating system refused to write. */
export function failedProblem(path: string, error: unknown): Problem {
  return {
    code: "write-failed",
    path,
    message: `could not be written: ${errorCode(error) ?? String(error)}`,
    fix: "Fix that, then run the command again. The files of the root are unchanged.",
  };
}

/** The file or its folder is read-only. */
export function readOnlyProblem(path: string): Problem {
  return {
    code: "read-only-file",
    path,
    message: "is read-only, or its folder is",
    fix: "Make it writable (chmod u+w), or leave its root out. The files of the root are unchanged.",
  };
}

/** Somebody else changed or removed the file. */
export function changedProblem(path: string, how: "changed" | "removed"): Problem {
  return {
    code: "file-changed",
    path,
    message: `was ${how} after it was read`,
    fix: "Run the command again: it reads the file again. The files of its root are unchanged.",
  };
}
