import type { LockInfo } from "../lock/lock-info";
import { lockItemId } from "../lock/lock-table";
import type { LockTable } from "../lock/lock-table";
import { takeLocks, underLocks, type StateLocks } from "../lock/state-locks";
import { UserError, type Problem, type Verdict } from "../problem";
import type { LiveTarget } from "./live-target";

/** What a lock of this command says it is for. */
export const LOCK_OPERATION = "statelock-migrate";

/** What {@link underBothLocks} needs of the outside. */
export interface LockingPorts {
  readonly locks: StateLocks;
  readonly table: LockTable;
  /** A new lock on this path: ID, who and when are filled in. */
  readonly newLock: (path: string) => LockInfo;
}

/** What was done under the locks, or why nothing was; `problems` beside a result are locks that are left. */
export type UnderLocks<Result> =
  | { readonly result: Result; readonly problems: readonly Problem[] }
  | { readonly verdict: Verdict; readonly problems: readonly Problem[] };

/** Does something to a state's items while no client in any phase can run: under the lock with a file, and the table's. */
export async function underBothLocks<Result>(
  { locks, newLock }: LockingPorts,
  { bucket, encryption }: LiveTarget,
  stateKey: string,
  work: () => Promise<Result>,
): Promise<UnderLocks<Result>> {
  const lock = newLock(lockItemId(bucket, stateKey));
  try {
    const { value, left } = await underLocks(() => takeLocks(locks, stateKey, lock, encryption), work);
    return { result: value, problems: left };
  } catch (error) {
    return {
      verdict: error instanceof UserError ? error.verdict : "unknown",
      problems: problemsOf(error).map(inTheWay),
    };
  }
}

/** A migration has one name for a lock that stands in its way, wherever it meets it. */
function inTheWay(problem: Problem): Problem {
  return problem.code === "state-locked" ? { ...problem, code: "lock-held" } : problem;
}

/** An error of the outside as problems; a bug stays an error. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof UserError) return error.problems;
  throw error;
}
