import { ACCESS_LEVELS, type AccessLevel, type Locking } from "./access-level";
import type { KmsKey } from "./kms-key";
import type { ObjectTags } from "./object-tags";
import type { Partition } from "./partition";

/**
 * Everything that a consumer's policies depend on.
 * @example
 * const scope: StateScope = {
 *   partition: "aws",
 *   region: "eu-central-1",
 *   account: "123456789012",
 *   bucket: "acme-tfstate",
 *   key: "network.tfstate",
 *   locking: "lockfile",
 * };
 */
export interface StateScope {
  readonly partition: Partition;
  readonly region: string;
  /** The account of the bucket. */
  readonly account: string;
  readonly bucket: string;
  /** State key of the default workspace. */
  readonly key: string;
  /** Undefined if the consumer uses only the default workspace. */
  readonly workspaceKeyPrefix?: string | undefined;
  /** Undefined with SSE-S3, which needs no grant. */
  readonly kmsKey?: KmsKey | undefined;
  /** The key with which OpenTofu itself encrypts the state, without S3. @default - no grant */
  readonly encryptionKey?: KmsKey | undefined;
  /** A key that new objects no longer use, and that older states and locks may still need to be read. */
  readonly retiredKey?: KmsKey | undefined;
  readonly locking: Locking;
  /** Tags that the engine gives to each lock; `any` if only the engine knows them. @default - none */
  readonly lockTags?: ObjectTags | "any" | undefined;
  /** Tags that the engine gives to each state; `any` if only the engine knows them. @default - none */
  readonly stateTags?: ObjectTags | "any" | undefined;
  /** Name of the legacy table, in the bucket's region. Required while locking is `both` or `dynamodb`. */
  readonly legacyTable?: string | undefined;
  /** @default - the bucket's account */
  readonly tableAccount?: string | undefined;
}

/**
 * Returns the access levels of a consumer. Without workspaces there is no `workspace-admin`.
 * @example
 * const policies = levelsFor(scope).map((level) => stateAccessPolicy(scope, level));
 */
export function levelsFor(scope: StateScope): AccessLevel[] {
  return ACCESS_LEVELS.filter((level) => level !== "workspace-admin" || scope.workspaceKeyPrefix !== undefined);
}
