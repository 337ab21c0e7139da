import type { LockReading } from "../../lock/lock-port";
import type { ItemReading } from "../../lock/lock-table";
import type { Problem } from "../../problem/problem";

/** `Operation` in the locks that `statelock migrate` takes. */
export const LOCK_OPERATION = "statelock-migrate";

/** One state as S3 and DynamoDB hold it. */
export interface LiveState {
  readonly stateKey: string;
  /** Undefined for the default workspace. */
  readonly workspace: string | undefined;
  readonly state: StateContent;
  readonly fileLock: LockReading;
  readonly fileRuns: FileRuns;
  /** Undefined if no root names a table for this state. */
  readonly table: LiveItems | undefined;
}

/** The two items that the table can hold for a state. */
interface LiveItems {
  readonly lock: ItemReading;
  readonly digest: ItemReading;
}

/** The facts about a state that a migration needs. Its resources are not kept. */
export type StateContent =
  | {
      readonly found: "state";
      /** MD5 of the object's bytes in lower-case hex. A client with `dynamodb_table` compares it with the digest. */
      readonly md5: string;
      readonly etag: string;
      /** By S3's clock, in whole seconds. */
      readonly lastModified: Date;
      /** Undefined if the object is not a state that Terraform writes. */
      readonly serial: number | undefined;
      readonly lineage: string | undefined;
      /** False if the store gave this object no version: it keeps no history of locks either. @default - it may */
      readonly hasVersion?: false;
    }
  | { readonly found: "nothing" }
  | { readonly found: "unreadable"; readonly problem: Problem };

/** One run under a file lock, as the versions of the lock key show it. */
export interface FileRun {
  /** By S3's clock. */
  readonly taken: Date;
  /** Undefined while a client holds the lock. */
  readonly released: Date | undefined;
}

/**
 * The runs under a file lock that are known, newest first. A bucket without versioning keeps no history, and a lifecycle
 * rule deletes old versions: a run that is missing here may still have happened.
 */
export type FileRuns =
  | {
      readonly found: "runs";
      readonly runs: readonly FileRun[];
      /** When a client, not `statelock migrate`, last took the lock. Undefined if no client took one of the newest. */
      readonly lastByClient: Date | undefined;
      /** True if the history is longer than the limit: older runs are not known. @default false */
      readonly cut?: boolean;
    }
  | { readonly found: "unreadable"; readonly problem: Problem };

/** Reads a bucket for a migration. */
export interface LiveStore {
  /** Lists the keys below a prefix. @throws UserError if S3 refuses the list */
  keysBelow(prefix: string): AsyncIterable<string>;
  state(stateKey: string): Promise<StateContent>;
  fileLock(lockKey: string): Promise<LockReading>;
  fileRuns(lockKey: string): Promise<FileRuns>;
  pause(milliseconds: number): Promise<void>;
}
