import { hostname, userInfo } from "node:os";
import type { LockInfo } from "../../lib/lock/lock-info";
import { version } from "../../package.json";
import { shellQuoted } from "../../lib/text/shell-quoted";

/** `user@host`, as Terraform names who holds a lock. */
export function ownName(): string {
  return `${userInfo().username}@${hostname()}`;
}

/** A lock of this program, as Terraform would write one, so that whoever meets it sees who holds it. */
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

/** What releases a lock of this program in S3, to be pasted as it is. @param why of a run that is over */
export function ownLockRelease(why: string, flags: string): (stateKey: string, lockId: string) => string {
  return (stateKey, lockId) =>
    `statelock locks release ${shellQuoted(stateKey)} --id ${lockId} --reason ${shellQuoted(why)}${flags}`;
}
