import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
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
  const path = resolve(workingDirectory, environment["STATELOCK_AUDIT_LOG"] ?? DEFAULT_LOG);
  try {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, line, { mode: 0o600 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    terminal.note(`note: the audit line is not in ${plainText(path, 1_024)}: ${plainText(reason)}`);
  }
  return line;
}
