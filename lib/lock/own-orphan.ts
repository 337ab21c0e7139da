import { parseLockInfo } from "./lock-info";
import type { LockObject } from "./lock-port";

/** A run that has ended, as far as it can prove that a lock was its own. */
export interface EndedRun {
  /** IDs of the locks it tried to take, from its own log. */
  readonly lockIds: readonly string[];
  /** `user@host` */
  readonly who: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** Clocks of one machine agree; this is for rounding. */
const TOLERANCE = 1_000;

/**
 * Whether a lock was left by a run that has ended: it logged that very ID before it asked for the lock, the holder is
 * its user on its host, and the lock was made while it ran. All three, or it is somebody else's.
 */
export function isOwnOrphan(lock: LockObject, run: EndedRun): boolean {
  const info = lock.text === undefined ? undefined : parseLockInfo(lock.text);
  if (info === undefined || !run.lockIds.includes(info.ID) || info.Who !== run.who) return false;
  const created = Date.parse(info.Created);
  return created >= run.startedAt.getTime() - TOLERANCE && created <= run.endedAt.getTime() + TOLERANCE;
}

/** The IDs in Terraform's log (TF_LOG_CORE=info) of the locks it was about to ask for. */
export function loggedLockIds(log: string): string[] {
  const lines = log.split("\n").filter((line) => line.includes("Attempting to lock remote state"));
  const ids = lines.map((line) => /\btf_backend\.lock\.id=(\S+)/.exec(line)?.[1]);
  return [...new Set(ids.filter((id) => id !== undefined))];
}
