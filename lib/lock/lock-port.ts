import type { Problem } from "../problem/problem";
import type { ObjectEncryption } from "./object-encryption";

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
  /** Undefined if the object is longer than any lock, or if its body cannot be read. */
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
      readonly etag?: string | undefined;
      readonly encryption?: ObjectEncryption | undefined;
    }
  | { readonly found: "nothing" }
  | { readonly found: "unreadable"; readonly lasting: boolean; readonly problem: Problem };

/** What proves that a delete hits the lock that was read. `nothing`: a person accepted that the store cannot prove it. */
export type RemovalProof = "etag" | "version" | "nothing";

/**
 * S3's answer to the delete of a lock. After more than one attempt, an earlier answer was lost or was a 5xx. `unproven`: the
 * store cannot delete exactly this lock, so Statelock sent no delete.
 */
export type RemoveReply = { readonly attempts: number } & (
  | {
      readonly reply: "deleted";
      readonly deleteMarker: string | undefined;
      /** @default "etag" */
      readonly by?: RemovalProof;
      /** Version of another lock, which an unproven delete hit. @default - not known */
      readonly hit?: string | undefined;
    }
  | { readonly reply: "gone" | "changed" | "conflict" }
  | { readonly reply: "refused" | "failed" | "unproven"; readonly problem: Problem }
);

/** True if both readings show one lock. A store may leave out ETags or versions. */
export function isSameLock(one: LockObject, other: LockObject): boolean {
  return one.etag === other.etag && one.text === other.text && one.size === other.size;
}

/** Port: lists, reads and deletes locks in S3. */
export interface LockStore {
  /** Lists the objects of the bucket or below a prefix, in S3's order. @throws UserError if they may not be listed */
  list(prefix?: string): AsyncIterable<ListedObject>;
  /** Reads a lock within so many milliseconds. @default - as long as the SDK tries */
  read(lockKey: string, within?: number): Promise<LockReading>;
  /** As `read`; a lock whose body cannot be read, such as an archived one, is found without its text. */
  look(lockKey: string): Promise<LockReading>;
  stateWritten(stateKey: string): Promise<StateWritten>;
  /**
   * Deletes exactly the lock that was read: by its ETag or its version, whichever the store honours.
   * @param unproven deletes also if the store honours neither, after one more look
   */
  remove(lock: LockObject, unproven?: boolean): Promise<RemoveReply>;
  /** Returns the time by S3's clock; before the first answer, by the local clock. */
  now(): Date;
  /** Returns how far the local clock is ahead of S3's, in milliseconds. */
  skew(): number;
  pause(milliseconds: number): Promise<void>;
}
