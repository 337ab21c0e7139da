import { hostname, userInfo } from "node:os";
import { keyArgument } from "../../lib/inventory/state-owner";
import type { StateLocks } from "../../lib/lock/hold-locks";
import type { LockInfo } from "../../lib/lock/lock-info";
import { loggedLocks } from "../../lib/lock/own-orphan";
import { version } from "../../package.json";
import type { OwnCommand } from "../../lib/text/own-command";
import { plainText } from "../../lib/text/plain-text";
import { shellQuoted } from "../../lib/text/shell-quoted";
import type { Terminal } from "../screen/terminal";

/** Returns `user@host`, as Terraform names the holder of a lock. */
export function ownName(): string {
  return `${userInfo().username}@${hostname()}`;
}

/** Returns a lock in Terraform's format, so that everybody who meets it sees who holds it. */
export function ownLock(about: {
  readonly id: string;
  readonly operation: string;
  readonly info?: string;
  /** `<bucket>/<state key>` */
  readonly path: string;
}): LockInfo {
  return {
    ID: about.id,
    Operation: about.operation,
    Info: about.info ?? "",
    Who: ownName(),
    Version: version,
    Created: new Date().toISOString(),
    Path: about.path,
  };
}

/** Returns a function that shows a lock on standard error before it is asked for. */
export function lockAnnouncer({ colors, note }: Pick<Terminal, "colors" | "note">): (lock: string) => void {
  return (lock) => {
    note(colors.dim(`  asks for the ${plainText(lock, 1_200)}`));
  };
}

/** Returns a function that shows each lock in the logs of Terraform once. Terraform logs a lock before it asks for it. */
export function logAnnouncer(terminal: Pick<Terminal, "colors" | "note">): (log: string) => void {
  const announce = lockAnnouncer(terminal);
  const seen = new Set<string>();
  return (log) => {
    for (const { id, sha256, place } of loggedLocks(log)) {
      const name = id ?? sha256 ?? "";
      if (place === undefined || seen.has(name)) continue;
      seen.add(name);
      announce(`lock of s3://${place.bucket}/${place.stateKey}${id === undefined ? "" : `, ID ${id}`}`);
    }
  };
}

/**
 * Returns the commands for a lock file of this program, ready to paste: one that shows it, and one that releases it.
 * @param program how the reader starts Statelock
 * @param why the reason in that command
 */
export function ownLockCommands(
  program: OwnCommand,
  why: string,
  bucket: string,
  flags: string,
): Required<Pick<StateLocks, "releaseCommand" | "showCommand">> {
  const key = (stateKey: string): string => shellQuoted(keyArgument(stateKey, bucket));
  return {
    showCommand: (stateKey) => `${program} locks show ${key(stateKey)}${flags}`,
    releaseCommand: (stateKey, lockId) =>
      `${program} locks release ${key(stateKey)} --id ${shellQuoted(lockId)} --reason ${shellQuoted(why)}${flags}`,
  };
}
