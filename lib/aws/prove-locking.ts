import { UserError, type Problem } from "../problem/problem";
import { uncut } from "../work/interruption";
import { probeLeaves, probeLock } from "../verify/lock-probe";
import type { Reading } from "../verify/posture";
import type { LockTrial } from "../verify/probe-port";

/**
 * Proves that a bucket can hold the locks of Terraform and OpenTofu: the second taker is refused, also at the same moment, and a
 * released lock can be taken again. Returns why not: "refused" if the store does not lock, "unknown" if it could not be found out.
 */
export async function proveLocking(
  { store, lockKey, newLock }: LockTrial,
  path: string,
): Promise<UserError | undefined> {
  // The first signal does not cut the probe: it removes its lock first, and the run ends with its report.
  return uncut(
    probeLeaves(lockKey),
    async (isStopped) => {
      const { secondTaker, takeAgain } = await probeLock(store, lockKey, newLock);
      if (isStopped()) return new UserError([interrupted(path)], "unknown");
      return faultOf(secondTaker, path) ?? faultOf(takeAgain, path);
    },
    { goesOn: true },
  );
}

function faultOf(outcome: Reading<string>, path: string): UserError | undefined {
  if ("unreadable" in outcome) return new UserError([unproven(path, outcome.unreadable)], "unknown");
  return outcome.value === undefined ? undefined : new UserError([unfit(path, outcome.value)]);
}

function unfit(path: string, why: string): Problem {
  return {
    code: "store-unfit",
    path,
    message: `must be on a store that locks, but ${why}`,
    fix: "Keep these roots on the table, or move the states to another store first. `statelock verify` shows what this store does.",
  };
}

function unproven(path: string, why: string): Problem {
  return {
    code: "store-unproven",
    path,
    message: `must be on a store that locks, and Statelock could not find out: ${why}`,
    fix: "Let this run write and delete below .statelock/ in the bucket, then run the command again.",
  };
}

function interrupted(path: string): Problem {
  return {
    code: "interrupted",
    path,
    message: "was not proved to lock, because the run was stopped",
    fix: "Run the command again: nothing was changed.",
  };
}
