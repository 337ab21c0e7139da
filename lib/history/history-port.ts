import type { FileLocks } from "../lock/hold-locks";
import type { ObjectEncryption } from "../lock/object-encryption";
import type { Problem } from "../problem/problem";

/** One entry of a key's history. */
export interface ListedVersion {
  /** `null` where it was written while the bucket was not versioned. */
  readonly versionId: string;
  readonly kind: "object" | "delete-marker";
  /** By S3's clock. */
  readonly writtenAt: Date;
  readonly size: number;
  /** Whether it is what a reader without a version gets. */
  readonly current: boolean;
}

/** One version as it was read. */
export interface ReadVersion {
  /** Undefined where it is no UTF-8, so that it could not be written back as it is. */
  readonly text: string | undefined;
  readonly etag: string;
  readonly versionId: string | undefined;
  readonly encryption: ObjectEncryption | undefined;
}

/** What a read found. Only S3's own "no such version" is `nothing`. */
export type VersionReading =
  | { readonly found: "version"; readonly object: ReadVersion }
  | { readonly found: "nothing" }
  | { readonly found: "unreadable"; readonly problem: Problem };

/** S3 as far as looking at a history needs it. */
export interface HistoryStore {
  /** Every version and delete marker of the key, the newest first. @throws UserError when they may not be listed */
  versions(stateKey: string): AsyncIterable<ListedVersion>;
  /** One version; the current object where none is named. */
  read(stateKey: string, versionId?: string): Promise<VersionReading>;
}

/** What a write is to replace: this very object, or nothing. */
export type WriteCondition = { readonly ifMatch: string } | { readonly ifNoneMatch: "*" };

/** What S3 answered to a conditional write. `failed`: it may have had its effect all the same. */
export type WriteReply =
  | { readonly reply: "written"; readonly versionId: string | undefined }
  | { readonly reply: "condition-failed" }
  | { readonly reply: "failed"; readonly problem: Problem };

/** What a restore needs beside looking. */
export interface RestoreStore extends HistoryStore, FileLocks {
  /** `Enabled`, `Suspended`, or undefined where it never was. @throws UserError when it cannot be told */
  versioning(): Promise<string | undefined>;
  write(
    stateKey: string,
    text: string,
    options: { readonly condition: WriteCondition; readonly encryption: ObjectEncryption | undefined },
  ): Promise<WriteReply>;
}
