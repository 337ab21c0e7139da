/**
 * What a principal may do with one consumer's state. Each level after `reader` and before `unlocker` holds all of the
 * one before it.
 *
 * | level | for |
 * |---|---|
 * | `reader` | output, show, state list, state pull, plan -lock=false, terraform_remote_state |
 * | `planner` | + plan, refresh, console, force-unlock: takes and releases the lock, never writes the state |
 * | `applier` | + apply, destroy, import, taint, state mv / rm / push in the default and in existing workspaces |
 * | `workspace-admin` | + workspace new / delete, below the consumer's workspace key prefix |
 * | `unlocker` | releases the lock, by its ETag; never reads the state, so `terraform init` is not for it |
 */
export type AccessLevel = "reader" | "planner" | "applier" | "workspace-admin" | "unlocker";

export const ACCESS_LEVELS: readonly AccessLevel[] = ["reader", "planner", "applier", "workspace-admin", "unlocker"];

/** `lockfile`: S3 only. `both`: S3 and DynamoDB, while a fleet leaves DynamoDB. `dynamodb`: where a migration starts. */
export type Locking = "lockfile" | "both" | "dynamodb";

export const LOCKINGS: readonly Locking[] = ["lockfile", "both", "dynamodb"];

/** How a root locks if nobody says otherwise. */
export const DEFAULT_LOCKING: Locking = "lockfile";

/** True where Terraform writes `<state key>.tflock`. */
export function locksInS3(locking: Locking): boolean {
  return locking !== "dynamodb";
}

/** True where Terraform writes lock and digest items to the legacy table. */
export function locksInDynamoDb(locking: Locking): boolean {
  return locking !== "lockfile";
}
