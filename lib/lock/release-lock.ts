import type { LockObject, LockReading, LockStore } from "./lock-port";
import {
  afterConfirm,
  afterLook,
  afterRead,
  afterRemove,
  type LockProof,
  type ReleaseResult,
  type ReleaseStep,
} from "./release-decisions";

/** The lock to release. */
interface ReleaseRequest {
  readonly lockKey: string;
  readonly proof: LockProof;
  /** Shows the lock and asks. */
  readonly confirm: (lock: LockObject) => Promise<boolean>;
  /** Releases also on a store that cannot delete exactly this lock. @default false */
  readonly unproven?: boolean;
}

/** Port: S3 as a release needs it. */
export type ReleaseStore = Pick<LockStore, "read" | "remove" | "pause"> & Partial<Pick<LockStore, "look">>;

/** Pause after a delete that met a conflict, in milliseconds; it grows with each attempt. */
const PAUSE = 500;

/** Releases a lock: read, compare, confirm, delete exactly this lock, look. release-decisions.ts decides each step. */
export async function runRelease(store: ReleaseStore, request: ReleaseRequest): Promise<ReleaseResult> {
  let step: ReleaseStep = { do: "read" };
  for (;;) {
    switch (step.do) {
      case "read":
        step = afterRead(request.proof, await readFor(store, request.lockKey, "etag" in request.proof));
        break;
      case "confirm":
        step = afterConfirm(step.lock, await request.confirm(step.lock));
        break;
      case "remove":
        if (step.attempt > 1) await store.pause(PAUSE * step.attempt);
        step = afterRemove(step.lock, step.attempt, await store.remove(step.lock, request.unproven));
        break;
      case "look":
        step = afterLook(
          step.lock,
          step.attempt,
          step.reply,
          await readFor(store, request.lockKey, step.lock.text === undefined),
        );
        break;
      case "end":
        return step.result;
    }
  }
}

/** Without the body, only the ETag names a lock: a lock with an ID is not compared with a look at its head. */
function readFor(store: ReleaseStore, lockKey: string, byEtag: boolean): Promise<LockReading> {
  return byEtag && store.look !== undefined ? store.look(lockKey) : store.read(lockKey);
}
