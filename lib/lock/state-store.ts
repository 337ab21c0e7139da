import type { Problem } from "../problem/problem";
import type { ObjectTags } from "../policy/object-tags";
import type { PlainHead } from "../state/parse-state";
import type { ObjectEncryption } from "./object-encryption";

/** One version of a state object, with its content. */
export interface ReadVersion {
  /** Undefined if the bytes are not UTF-8, as such a text could not be written back unchanged, or if they cannot be read. */
  readonly text: string | undefined;
  /** What bytes that are not UTF-8 say of themselves: Terraform reads them all the same. @default - nothing */
  readonly head?: PlainHead | undefined;
  readonly etag: string;
  readonly versionId: string | undefined;
  readonly encryption: ObjectEncryption | undefined;
  /** Number of its tags. Undefined if it has none, or if the caller may not know them. */
  readonly tagCount?: number | undefined;
}

/** The result of a read. `nothing` is S3's own "no such key" or "no such version"; a 403 is `unreadable`. */
export type VersionReading =
  | { readonly found: "version"; readonly object: ReadVersion }
  | { readonly found: "nothing" }
  | { readonly found: "unreadable"; readonly problem: Problem };

/** What a write may replace: exactly this object, or nothing. */
export type WriteCondition = { readonly ifMatch: string } | { readonly ifNoneMatch: "*" };

/** S3's answer to a conditional write. After `failed` the write may still have happened. */
export type WriteReply =
  | { readonly reply: "written"; readonly versionId: string | undefined }
  | { readonly reply: "condition-failed" }
  | { readonly reply: "failed"; readonly problem: Problem };

/** How to write an object. */
export interface WriteOptions {
  readonly condition: WriteCondition;
  readonly encryption: ObjectEncryption | undefined;
  /** @default - none */
  readonly tags?: ObjectTags | undefined;
}

/** Port: reads states, and writes them on condition. */
export interface StateStore {
  /** Reads one version, or the current object if no version is named. */
  read(stateKey: string, versionId?: string): Promise<VersionReading>;
  write(stateKey: string, text: string, options: WriteOptions): Promise<WriteReply>;
}
