import type { RemoveReply } from "../lock/lock-port";
import type { ReleaseStore } from "../lock/release-lock";
import type { Problem } from "../problem/problem";

/** S3's answer to taking a lock, which is a write with `If-None-Match: *`. Only a 412 is `refused`. */
export type TakeReply =
  | { readonly reply: "taken" | "refused" }
  | {
      readonly reply: "failed";
      /** True if S3 cannot have written anything: it refused the request, or the request never left. */
      readonly nothingWritten: boolean;
      readonly problem: Problem;
    };

/** The S3 operations of the probe: `ReleaseStore`, with which every command reads and releases locks, and two more. */
export interface ProbeStore extends ReleaseStore {
  take(lockKey: string, text: string): Promise<TakeReply>;
  /** Deletes the object on condition of this ETag. */
  removeIf(lockKey: string, etag: string): Promise<RemoveReply>;
}

/** A lock that the probe writes, to a key of its own. */
export interface ProbeLock {
  readonly id: string;
  /** Its body, as Terraform writes it. */
  readonly text: string;
}

/** A lock that only this run takes, and the store to take it in. */
export interface LockTrial {
  readonly store: ProbeStore;
  readonly lockKey: string;
  /** Returns a lock with another ID at each call. */
  readonly newLock: () => ProbeLock;
}
