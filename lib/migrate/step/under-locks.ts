import { lockItemId, type LockTable } from "../../lock/lock-table";
import type { LockInfo } from "../../lock/lock-info";
import { underLocks, type StateLocks } from "../../lock/hold-locks";
import { reworded, UserError, type Problem, type FailureKind } from "../../problem/problem";
import { heldProblem, stateHolder } from "../live/lock-holders";
import { LOCK_OPERATION, type LiveState } from "../live/live-state";
import type { LiveTarget } from "../live/live-target";

/** What {@link underBothLocks} needs of AWS. */
export interface LockingPorts {
  readonly locks: StateLocks;
  readonly table: LockTable;
  /** Makes a new lock for this path. */
  readonly newLock: (path: string) => LockInfo;
  /** IDs of the locks of killed runs that the operator has named. */
  readonly takenOver: readonly string[];
}

/** What the work returned, and the locks that could not be released; or why nothing was done. */
export type UnderLocks<Result> =
  | { readonly result: Result; readonly problems: readonly Problem[] }
  | { readonly verdict: FailureKind; readonly problems: readonly Problem[] };

/** Works on a state's items under its file lock and its table lock, so that no client in any phase can run meanwhile. */
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
      problems: userProblems(error).map(inTheWay),
    };
  }
}

/** Returns the lock that a migration holds on a state: of a run in progress, or of a killed one. */
export function migrationLock(live: LiveState): LockInfo | undefined {
  const info = stateHolder(live)?.info;
  return info?.Operation === LOCK_OPERATION ? info : undefined;
}

/** Gives a lock that is in the way the one code that it has in a migration. */
function inTheWay(problem: Problem): Problem {
  return problem.code === "state-locked" ? reworded(problem, { code: "lock-held" }) : problem;
}

/** Returns the problems of an operator's error, and throws a bug again. */
export function userProblems(error: unknown): readonly Problem[] {
  if (error instanceof UserError) return error.problems;
  throw error;
}
