import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { refuseLink } from "../../lib/files/left-file";
import { plainJson, plainText } from "../../lib/text/plain-text";
import type { CommandContext } from "../screen/command-context";

/** Where audit lines go if STATELOCK_AUDIT_LOG names no file, below the working directory. */
const DEFAULT_LOG = join(".statelock", "audit.jsonl");

/**
 * Appends an audit line to the file that STATELOCK_AUDIT_LOG names, and returns the line. Standard output may be closed by
 * then. A line that cannot be written is noted and ends nothing: what it records has already happened.
 */
export function recordAudit(
  { environment, workingDirectory, terminal }: Pick<CommandContext, "environment" | "workingDirectory" | "terminal">,
  audit: object,
): string {
  const line = `${plainJson(audit)}\n`;
  const { STATELOCK_AUDIT_LOG: given = "" } = environment;
  const named = given === "" ? undefined : given;
  const path = resolve(workingDirectory, named ?? DEFAULT_LOG);
  try {
    // The operator may name a link or a pipe; a repository may not.
    if (named === undefined) refuseLink(dirname(path));
    mkdirSync(dirname(path), { recursive: true });
    append(path, line, named === undefined);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    terminal.note(`note: the audit line is not in ${plainText(path, 1_024)}: ${plainText(reason)}`);
  }
  return line;
}

/** Appends to a file that only its owner reads. Never waits for the reader of a pipe. @param isOwn refuses everything but a plain file with one name */
function append(path: string, line: string, isOwn: boolean): void {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | (isOwn ? O_NOFOLLOW : 0), 0o600);
  try {
    const found = fstatSync(descriptor);
    if (isOwn && (!found.isFile() || found.nlink > 1)) throw new Error("it must be a plain file with one name");
    if (isOwn) fchmodSync(descriptor, 0o600);
    writeSync(descriptor, line);
  } finally {
    closeSync(descriptor);
  }
}
