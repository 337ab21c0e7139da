import { parseLockInfo } from "./lock-info";
import { parseJson } from "../text/parse-json";
import type { LockObject } from "./lock-port";

/** A run that has ended, and what proves that a lock was its own. */
export interface EndedRun {
  /** IDs of the locks that it asked for, from its own log. */
  readonly lockIds: readonly string[];
  /** `user@host` */
  readonly who: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** For rounding: one machine has one clock. Milliseconds. */
const TOLERANCE = 1_000;

/**
 * True if a run that has ended left this lock: the run logged the lock's ID before it asked for the lock, the holder is the
 * run's user on its host, and the lock was made while it ran. Otherwise the lock is somebody else's.
 */
export function isOwnOrphan(lock: LockObject, run: EndedRun): boolean {
  const info = lock.text === undefined ? undefined : parseLockInfo(lock.text);
  if (info === undefined || !run.lockIds.includes(info.ID) || info.Who !== run.who) return false;
  const created = Date.parse(info.Created);
  return created >= run.startedAt.getTime() - TOLERANCE && created <= run.endedAt.getTime() + TOLERANCE;
}

/** A lock that Terraform logged before it asked for it. */
export interface LoggedLock {
  readonly id: string;
  readonly bucket: string;
  readonly stateKey: string;
}

/** Returns the locks in Terraform's log whose path it names too, as `tf_backend.lock.path=<bucket>/<state key>`. */
export function loggedLocks(log: string): LoggedLock[] {
  const found = new Map<string, LoggedLock>();
  for (const line of log.split("\n").filter((each) => each.includes("Attempting to lock remote state"))) {
    const id = /\btf_backend\.lock\.id=(\S+)/.exec(line)?.[1];
    const [, quoted, bare] = /\btf_backend\.lock\.path=(?:("(?:[^"\\]|\\.)*")|(\S+))/.exec(line) ?? [];
    const path = quoted === undefined ? bare : parseJson(quoted);
    if (id === undefined || typeof path !== "string" || !path.includes("/")) continue;
    const slash = path.indexOf("/");
    found.set(id, { id, bucket: path.slice(0, slash), stateKey: path.slice(slash + 1) });
  }
  return [...found.values()];
}

/** Returns the lock IDs in Terraform's log (TF_LOG_CORE=info). Terraform logs an ID before it asks for the lock. */
export function loggedLockIds(log: string): string[] {
  const lines = log.split("\n").filter((line) => line.includes("Attempting to lock remote state"));
  const ids = lines.map((line) => /\btf_backend\.lock\.id=(\S+)/.exec(line)?.[1]);
  return [...new Set(ids.filter((id) => id !== undefined))];
}
