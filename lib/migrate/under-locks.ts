import { lockItemId, type LockTable } from "../lock/lock-table";
import { parseLockInfo, type LockInfo } from "../lock/lock-info";
import { LOCK_SUFFIX } from "../policy/state-keys";
import { UserError, type Problem } from "../problem";
import { lockHeld } from "./live-findings";
import type { LiveTarget } from "./live-target";

/** How a lock's object is to be encrypted: as the root's clients do it, so that the bucket's policy takes it. */
export interface LockEncryption {
  readonly encrypt: boolean;
  readonly kmsKeyId: string | undefined;
}

/** Locks with a file, taken and released on condition. What S3 refuses is thrown as a UserError. */
export interface FileLocks {
  /** Only where there is none. @returns the ETag, or the body of the lock that is there instead */
  take(
    lockKey: string,
    body: string,
    encryption: LockEncryption,
  ): Promise<{ readonly etag: string } | { readonly held: string }>;
  /** Only while it is the one with this ETag. @returns false where it is another's, or gone */
  release(lockKey: string, etag: string): Promise<boolean>;
}

/** What a lock of this command says it is for. */
export const LOCK_OPERATION = "statelock-migrate";

/** What {@link underLocks} needs of the outside. */
export interface LockingPorts {
  readonly fileLocks: FileLocks;
  readonly table: LockTable;
  /** The body of a new lock on this path: ID, who and when are filled in. */
  readonly newLock: (path: string) => LockInfo;
}

/** What was done under the locks, or why nothing was. */
export type UnderLocks<Result> =
  { readonly result: Result; readonly problems: readonly Problem[] } | { readonly problems: readonly Problem[] };

/**
 * Does something to a state's items while no client in any phase can run: the lock with a file first, then the one in
 * the table, as Terraform takes them. Both are released whatever happens; one that could not be is a problem.
 */
export async function underLocks<Result>(
  ports: LockingPorts,
  target: LiveTarget,
  stateKey: string,
  work: () => Promise<Result>,
): Promise<UnderLocks<Result>> {
  const path = lockItemId(target.bucket, stateKey);
  const lockKey = stateKey + LOCK_SUFFIX;
  const body = JSON.stringify(ports.newLock(path));
  const file = await ports.fileLocks.take(lockKey, body, target.encryption);
  if ("held" in file) return { problems: [lockHeld(`s3://${path}`, parseLockInfo(file.held))] };
  const problems: Problem[] = [];
  try {
    const taken = await ports.table.takeLock(path, body);
    if (taken.reply === "changed") {
      const info = taken.item?.kind === "lock" ? parseLockInfo(taken.item.info) : undefined;
      return { problems: [lockHeld(`s3://${path}`, info)] };
    }
    if (taken.reply === "failed") return { problems: [taken.problem] };
    try {
      return { result: await work(), problems };
    } finally {
      const released = await ports.table.releaseLock(path, body);
      if (released.reply !== "done") problems.push(leftLock(`item ${path}`, body));
    }
  } finally {
    if (!(await ports.fileLocks.release(lockKey, file.etag)))
      problems.push(leftLock(`s3://${path}${LOCK_SUFFIX}`, body));
  }
}

function leftLock(path: string, body: string): Problem {
  return {
    code: "lock-left",
    path,
    message: `must be released again, and that failed: this run's lock ${parseLockInfo(body)?.ID ?? ""} may still be there`,
    fix: "Look with `statelock migrate status`; release it with `terraform force-unlock` and that ID if it is.",
  };
}

/** An error of the outside as problems; a bug stays an error. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof UserError) return error.problems;
  throw error;
}
