import { ACCESS_LEVELS, type AccessLevel, type Locking } from "./access-level";
import type { KmsKey } from "./kms-key";
import type { Partition } from "./partition";

/** Everything a consumer's policies depend on. */
export interface StateScope {
  readonly partition: Partition;
  readonly region: string;
  readonly account: string;
  readonly bucket: string;
  /** State key of the default workspace. */
  readonly key: string;
  /** Undefined: the consumer uses the default workspace only. */
  readonly workspaceKeyPrefix?: string | undefined;
  /** Undefined: SSE-S3, which needs no grant. */
  readonly kmsKey?: KmsKey | undefined;
  readonly locking: Locking;
  /** Name of the legacy table, in the bucket's account and region. Needed while locking is `both` or `dynamodb`. */
  readonly legacyTable?: string | undefined;
}

/** The levels that mean something for this scope: without workspaces there is no `workspace-admin`. */
export function levelsFor(scope: StateScope): AccessLevel[] {
  return ACCESS_LEVELS.filter((level) => level !== "workspace-admin" || scope.workspaceKeyPrefix !== undefined);
}
