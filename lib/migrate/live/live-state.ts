import type { LockReading } from "../../lock/lock-port";
import type { ItemReading } from "../../lock/lock-table";
import type { Problem } from "../../problem/problem";

/** What a lock of a migration says it is for. */
export const LOCK_OPERATION = "statelock-migrate";

/** One state as S3 and DynamoDB hold it, read without changing anything. */
export interface LiveState {
  readonly stateKey: string;
  /** Undefined for the default workspace. */
  readonly workspace: string | undefined;
  readonly state: StateContent;
  readonly fileLock: LockReading;
  readonly fileRuns: FileRuns;
  /** Undefined where no root names a table for this state. */
  readonly table: LiveItems | undefined;
}

/** What the table holds of a state. */
export interface LiveItems {
  readonly lock: ItemReading;
  readonly digest: ItemReading;
}

/** A state's content, as far as it is told: none of what it holds of resources is kept. */
export type StateContent =
  | {
      readonly found: "state";
      /** Lower-case hex, of the object's bytes: what a client with `dynamodb_table` compares with its digest. */
      readonly md5: string;
      readonly etag: string;
      /** By S3's clock, in whole seconds. */
      readonly lastModified: Date;
      /** Undefined where it is no state that Terraform writes. */
      readonly serial: number | undefined;
      readonly lineage: string | undefined;
    }
  | { readonly found: "nothing" }
  | { readonly found: "unreadable"; readonly problem: Problem };

/** One lock with a file, as the versions of a lock key tell it. */
export interface FileRun {
  /** By S3's clock. */
  readonly taken: Date;
  /** Undefined while it is held. */
  readonly released: Date | undefined;
}

/**
 * Locks with a file that are known to have been, newest first. A bucket without versions keeps none; a lifecycle lets
 * old ones go. So what is not there need not have been absent.
 */
export type FileRuns =
  | {
      readonly found: "runs";
      readonly runs: readonly FileRun[];
      /** When somebody else than this command last took one; undefined where none of the newest was a client's. */
      readonly lastByClient: Date | undefined;
      /** True where there are more than were read: the older ones are not known. @default false */
      readonly cut?: boolean;
    }
  | { readonly found: "unreadable"; readonly problem: Problem };

/** S3 as far as a migration looks at it. */
export interface LiveStore {
  /** Keys of objects below a prefix. @throws UserError when they may not be listed */
  keysBelow(prefix: string): AsyncIterable<string>;
  state(stateKey: string): Promise<StateContent>;
  fileLock(lockKey: string): Promise<LockReading>;
  fileRuns(lockKey: string): Promise<FileRuns>;
  pause(milliseconds: number): Promise<void>;
}
