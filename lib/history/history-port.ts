import type { FileLocks } from "../lock/hold-locks";
import type { StateStore, VersionReading } from "../lock/state-store";
import type { StoreHonours } from "../lock/store-honours";
import type { ObjectTags } from "../policy/object-tags";

/** One entry of a key's history. */
export interface ListedVersion {
  /** `null` if it was written while the bucket was not versioned. */
  readonly versionId: string;
  readonly kind: "object" | "delete-marker";
  /** By S3's clock. */
  readonly writtenAt: Date;
  readonly size: number;
  /** True if a read without a version returns it. */
  readonly current: boolean;
}

/** Port: lists and reads the versions of a state. */
export interface HistoryStore extends Pick<StateStore, "read"> {
  /** Lists every version and delete marker of the key, newest first. @throws UserError if they may not be listed */
  versions(stateKey: string): AsyncIterable<ListedVersion>;
  /** As `read` of the current object; one whose content cannot be read, such as an archived one, is found without its text. */
  look(stateKey: string): Promise<VersionReading>;
}

/** Port: everything that a restore asks of S3. */
export interface RestoreStore extends HistoryStore, StateStore, FileLocks {
  /** Returns `Enabled`, `Suspended`, `not implemented`, or undefined if it never was enabled. @throws UserError if S3 does not tell */
  versioning(): Promise<string | undefined>;
  honours(): Promise<StoreHonours>;
  /** Reads the tags of a version. @throws UserError if they cannot be read */
  tags(stateKey: string, versionId: string): Promise<ObjectTags>;
}
