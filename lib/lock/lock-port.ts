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
  /** Undefined where it is longer than any lock. */
  readonly text: string | undefined;
}

/**
 * What a read found. Only S3's own "no such key" is `nothing`: a 403 says nothing about what is there. `lasting`: it will
 * be the same a minute later.
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

/** What S3 answered to a conditional delete. More than one attempt: an answer was lost or was a 5xx, and it was sent again. */
export type RemoveReply = { readonly attempts: number } & (
  | { readonly reply: "deleted"; readonly deleteMarker: string | undefined }
  | { readonly reply: "gone" | "changed" | "conflict" }
  | { readonly reply: "refused" | "failed"; readonly problem: Problem }
);

/** S3 as far as locks need it. */
export interface LockStore {
  /** Every object of the bucket, or of those below a prefix, in S3's order. @throws UserError when it may not be listed */
  list(prefix?: string): AsyncIterable<ListedObject>;
  /** `within` milliseconds; without them for as long as the client tries. */
  read(lockKey: string, within?: number): Promise<LockReading>;
  stateWritten(stateKey: string): Promise<StateWritten>;
  /** Deletes the object only while it is the one with this ETag. There is no other way to delete here. */
  remove(lockKey: string, etag: string): Promise<RemoveReply>;
  /** The time by S3's clock, as of its latest answer; by the local one before any. */
  now(): Date;
  /** How far the local clock is ahead of S3's, in milliseconds. */
  skew(): number;
  pause(milliseconds: number): Promise<void>;
}
