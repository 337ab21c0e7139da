/**
 * What a principal may do with one consumer's state. From `reader` to `workspace-admin`, each level includes the level
 * before it.
 *
 * | level | for |
 * |---|---|
 * | `reader` | output, show, state list, state pull, plan -lock=false, terraform_remote_state |
 * | `planner` | + plan, refresh, console, force-unlock: takes and releases the lock, never writes the state |
 * | `applier` | + apply, destroy, import, taint, state mv / rm / push in the default and in existing workspaces |
 * | `workspace-admin` | + workspace new / delete, below the consumer's workspace key prefix |
 * | `unlocker` | releases the lock by its ETag; cannot read the state, so it cannot run `terraform init` |
 * @example
 * const level: AccessLevel = "planner";
 */
export type AccessLevel = "reader" | "planner" | "applier" | "workspace-admin" | "unlocker";

/**
 * Every access level, in the order of the table of {@link AccessLevel}.
 * @example
 * for (const level of ACCESS_LEVELS) console.log(level);
 */
export const ACCESS_LEVELS: readonly AccessLevel[] = ["reader", "planner", "applier", "workspace-admin", "unlocker"];

/**
 * Where clients lock: in S3 (`lockfile`), in S3 and DynamoDB (`both`, during a migration), or in DynamoDB (`dynamodb`).
 * @example
 * const locking: Locking = "both";
 */
export type Locking = "lockfile" | "both" | "dynamodb";

export const LOCKINGS: readonly Locking[] = ["lockfile", "both", "dynamodb"];

/** How a root locks if nobody says otherwise. */
export const DEFAULT_LOCKING: Locking = "lockfile";

/** True if Terraform writes `<state key>.tflock`. */
export function locksInS3(locking: Locking): boolean {
  return locking !== "dynamodb";
}

/** True if Terraform writes lock and digest items to the legacy table. */
export function locksInDynamoDb(locking: Locking): boolean {
  return locking !== "lockfile";
}
