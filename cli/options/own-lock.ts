import { hostname, userInfo } from "node:os";
import { keyArgument } from "../../lib/inventory/state-owner";
import type { LockInfo } from "../../lib/lock/lock-info";
import { version } from "../../package.json";
import type { OwnCommand } from "../../lib/text/own-command";
import { shellQuoted } from "../../lib/text/shell-quoted";

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

/**
 * Returns a function that builds the release command of a lock file, ready to paste.
 * @param program how the reader starts Statelock
 * @param why the reason in that command
 */
export function ownLockRelease(
  program: OwnCommand,
  why: string,
  bucket: string,
  flags: string,
): (stateKey: string, lockId: string) => string {
  return (stateKey, lockId) =>
    `${program} locks release ${shellQuoted(keyArgument(stateKey, bucket))} --id ${shellQuoted(lockId)} --reason ${shellQuoted(why)}${flags}`;
}
