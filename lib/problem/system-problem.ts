import type { Problem } from "./problem";

const NO_RIGHT = "Give your user permission for it, or use a folder that your user owns.";
const IN_THE_WAY = "Something else is in its place. Move that away, then run the command again.";
const NO_TEMPORARY_FOLDER = "Set TMPDIR to a folder that exists and that you may write to.";
const NO_ROOM = "Free space on that disk, then run the command again.";

/** Names of system calls that are not verbs. */
const VERBS: Readonly<Record<string, string>> = {
  mkdir: "create",
  scandir: "list",
  rmdir: "remove",
  unlink: "remove",
  mkdtemp: "create a folder at",
};

/** The next step after each error. */
const FIXES: Readonly<Record<string, string>> = {
  EACCES: NO_RIGHT,
  EPERM: NO_RIGHT,
  EROFS: NO_RIGHT,
  EEXIST: IN_THE_WAY,
  EISDIR: IN_THE_WAY,
  ENOTDIR: IN_THE_WAY,
  ENOSPC: NO_ROOM,
  EDQUOT: NO_ROOM,
  ENOENT: "Create it, or correct the path.",
  ELOOP: "Links lead in a circle there. Find out who made them, and remove them.",
  ENAMETOOLONG: "Shorten the path, or remove the link that leads there.",
};

/** Returns an error of the file system as a problem; undefined for any other error. */
export function systemProblem(error: unknown): Problem | undefined {
  if (typeof error !== "object" || error === null || !("syscall" in error)) return undefined;
  const { code, path: named, syscall, message } = error as NodeJS.ErrnoException;
  const path = named?.replace(/XXXXXX$/, "…");
  const next = FIXES[code ?? ""];
  // Statelock makes such folders below TMPDIR alone.
  const fix = syscall === "mkdtemp" && next !== NO_ROOM ? NO_TEMPORARY_FOLDER : next;
  if (fix === undefined || syscall === undefined || syscall.startsWith("spawn")) return undefined;
  return {
    code: "file-system",
    path: path ?? syscall,
    message: `Could not ${VERBS[syscall] ?? syscall} ${path ?? "a file"}: ${reasonOf(message)} (${String(code)})`,
    fix,
  };
}

/** Returns the reason in Node's message: `no such file or directory` in `ENOENT: no such file or directory, open 'x'`. */
function reasonOf(message: string): string {
  return /^[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
