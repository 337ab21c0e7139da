import type { Problem } from "../problem/problem";
import type { LockObject, LockStore } from "./lock-port";

/** How a wait ended. */
export type WaitResult =
  | { readonly outcome: "free"; readonly waited: number }
  | { readonly outcome: "timed-out"; readonly waited: number; readonly lock: LockObject }
  | { readonly outcome: "unknown"; readonly waited: number; readonly problem: Problem };

interface WaitRequest {
  readonly lockKey: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Returns milliseconds of a clock that never goes back. */
  readonly clock: () => number;
  /** Called when a lock is first seen, and whenever another lock is there. */
  readonly onLock?: (lock: LockObject) => Promise<void>;
}

/** Pauses between looks: one second, doubled to at most ten. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;

/** The least time for a look: the last look starts when the time is over, and decides. */
const SHORTEST_LOOK = 5_000;

/** A wait gives up after so many failed reads in a row. */
const TOLERATED_FAILURES = 5;

/** Waits until the lock is free or the time is over. A failed read never counts as free. */
export async function waitForLock(store: LockStore, request: WaitRequest): Promise<WaitResult> {
  const started = request.clock();
  let failures = 0;
  let seen: LockObject | undefined;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const before = request.timeout - (request.clock() - started);
    const reading = await store.read(request.lockKey, Math.max(before, SHORTEST_LOOK));
    const waited = request.clock() - started;
    const left = request.timeout - waited;
    if (reading.found === "nothing") return { outcome: "free", waited };
    if (reading.found === "lock") {
      failures = 0;
      if (reading.object.etag !== seen?.etag) await request.onLock?.(reading.object);
      seen = reading.object;
      if (left <= 0) return { outcome: "timed-out", waited, lock: seen };
    } else if (reading.lasting || ++failures >= TOLERATED_FAILURES || left <= 0) {
      return { outcome: "unknown", waited, problem: reading.problem };
    }
    await store.pause(Math.min(pause, Math.max(left, 1)));
  }
}
