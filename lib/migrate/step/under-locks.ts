import { lockItemId, type LockTable } from "../../lock/lock-table";
import type { LockInfo } from "../../lock/lock-info";
import { underLocks, type StateLocks } from "../../lock/hold-locks";
import { UserError, type FailureKind, type Problem } from "../../problem/problem";
import { heldProblem, stateHolder } from "../live/lock-holders";
import { LOCK_OPERATION, type LiveState } from "../live/live-state";
import type { LiveTarget } from "../live/live-target";

/** What {@link underBothLocks} needs of the outside. */
export interface LockingPorts {
  readonly locks: StateLocks;
  readonly table: LockTable;
  /** A new lock on this path: ID, who and when are filled in. */
  readonly newLock: (path: string) => LockInfo;
  /** IDs of locks that killed runs left: somebody says so. */
  readonly takenOver: readonly string[];
}

/** What was done under the locks, or why nothing was; `problems` beside a result are locks that are left. */
export type UnderLocks<Result> =
  | { readonly result: Result; readonly problems: readonly Problem[] }
  | { readonly verdict: FailureKind; readonly problems: readonly Problem[] };

/** Does something to a state's items while no client in any phase can run: under the lock with a file, and the table's. */
export async function underBothLocks<Result>(
  { locks, newLock, takenOver }: LockingPorts,
  target: LiveTarget,
  live: LiveState,
  work: () => Promise<Result>,
): Promise<UnderLocks<Result>> {
  const { bucket, encryption } = target;
  const { stateKey } = live;
  const path = lockItemId(bucket, stateKey);
  const held = heldProblem(target, live);
  const left = migrationLock(live);
  const mayGoOn = left !== undefined && takenOver.includes(left.ID);
  if (held !== undefined && !mayGoOn) return { verdict: "refused", problems: [held] };
  try {
    const lock = left ?? newLock(path);
    const { value, left: stay } = await underLocks(locks, { stateKey, lock, encryption }, work);
    return { result: value, problems: stay };
  } catch (error) {
    return {
      verdict: error instanceof UserError ? error.kind : "unknown",
      problems: problemsOf(error).map(inTheWay),
    };
  }
}

/** The lock of a migration on a state: of a run that is at it, or of one that was killed. */
export function migrationLock(live: LiveState): LockInfo | undefined {
  const info = stateHolder(live)?.info;
  return info?.Operation === LOCK_OPERATION ? info : undefined;
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
