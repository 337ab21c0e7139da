import type { Problem } from "../problem/problem";

/** One object of a listing. */
export interface ListedObject {
  readonly key: string;
  /** By S3's clock. */
  readonly lastModified: Date;
  readonly size: number;
}

/** A lock object as it was read. */
export interface LockObject {
  readonly key: string;
  readonly etag: string;
  /** By S3's clock: when the lock was taken. */
  readonly lastModified: Date;
  readonly versionId: string | undefined;
  readonly size: number;
  /** Undefined if the object is longer than any lock. */
  readonly text: string | undefined;
}

/**
 * The result of a read. Only S3's own "no such key" is `nothing`: a 403 does not show what is there. `lasting`: another
 * attempt in a minute would fail too.
 */
export type LockReading =
  | { readonly found: "lock"; readonly object: LockObject }
  | { readonly found: "nothing" }
  | { readonly found: "unreadable"; readonly lasting: boolean; readonly problem: Problem };

/** When a state was last written. */
export type StateWritten =
  | {
      readonly found: "state";
      readonly lastModified: Date;
      readonly size: number;
      readonly versionId: string | undefined;
    }
  | { readonly found: "nothing" }
  | { readonly found: "unreadable"; readonly lasting: boolean; readonly problem: Problem };

/** S3's answer to a conditional delete. After more than one attempt, an earlier answer was lost or was a 5xx. */
export type RemoveReply = { readonly attempts: number } & (
  | { readonly reply: "deleted"; readonly deleteMarker: string | undefined }
  | { readonly reply: "gone" | "changed" | "conflict" }
  | { readonly reply: "refused" | "failed"; readonly problem: Problem }
);

/** Port: lists, reads and deletes locks in S3. */
export interface LockStore {
  /** Lists the objects of the bucket or below a prefix, in S3's order. @throws UserError if they may not be listed */
  list(prefix?: string): AsyncIterable<ListedObject>;
  /** Reads a lock within so many milliseconds. @default - as long as the SDK tries */
  read(lockKey: string, within?: number): Promise<LockReading>;
  stateWritten(stateKey: string): Promise<StateWritten>;
  /** Deletes the object only while it has this ETag. There is no delete without a condition. */
  remove(lockKey: string, etag: string): Promise<RemoveReply>;
  /** Returns the time by S3's clock; before the first answer, by the local clock. */
  now(): Date;
  /** Returns how far the local clock is ahead of S3's, in milliseconds. */
  skew(): number;
  pause(milliseconds: number): Promise<void>;
}
