import type { Problem } from "./problem";

const NO_RIGHT = "Give the user that runs this the right to, or work in a folder that is theirs.";
const IN_THE_WAY = "Something else is in its place: move it away, then run the command again.";
const NO_ROOM = "Make room on that disk, then run the command again.";

/** The next step after an error of the operating system. */
const FIXES: Readonly<Record<string, string>> = {
  EACCES: NO_RIGHT,
  EPERM: NO_RIGHT,
  EROFS: NO_RIGHT,
  EEXIST: IN_THE_WAY,
  EISDIR: IN_THE_WAY,
  ENOTDIR: IN_THE_WAY,
  ENOSPC: NO_ROOM,
  EDQUOT: NO_ROOM,
  ENOENT: "Make it, or correct the path.",
};

/** What the operating system said about a file, as a problem; undefined where the error is another. */
export function systemProblem(error: unknown): Problem | undefined {
  if (typeof error !== "object" || error === null || !("syscall" in error)) return undefined;
  const { code, path, syscall, message } = error as NodeJS.ErrnoException;
  const fix = FIXES[code ?? ""];
  if (fix === undefined || syscall === undefined || syscall.startsWith("spawn")) return undefined;
  return {
    code: "file-system",
    path: path ?? syscall,
    message: `must be a place where ${syscall} succeeds, got ${message.split(",")[0] ?? ""}`,
    fix,
  };
}
