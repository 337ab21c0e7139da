import type { Inventory } from "./inventory";
import { DEFAULT_WORKSPACE_KEY_PREFIX, LOCK_SUFFIX } from "../state/state-keys";
import { workspaceAt } from "../state/workspace";
import { shown, UserError } from "../problem/problem";

/** The consumer and workspace of a state key, as the inventory has them. */
export interface Owner {
  readonly consumer: string | undefined;
  /** Undefined for the default workspace. */
  readonly workspace: string | undefined;
  /** True if the consumer also locks in DynamoDB, where its lock may remain after the lock in S3. */
  readonly alsoInDynamoDb: boolean;
}

/** Returns the owner of a state key. A key of no consumer may still belong to a workspace below `env:/`. */
export function ownerOf(stateKey: string, inventory: Inventory | undefined): Owner {
  for (const { name, stateKey: key, workspaceKeyPrefix, locking } of inventory?.consumers ?? []) {
    const alsoInDynamoDb = locking !== "lockfile";
    if (stateKey === key) return { consumer: name, workspace: undefined, alsoInDynamoDb };
    const workspace = workspaceAt(stateKey, { key, workspaceKeyPrefix });
    if (workspace !== undefined) return { consumer: name, workspace, alsoInDynamoDb };
  }
  if (stateKey === inventory?.bootstrap.stateKey)
    return { consumer: "bootstrap", workspace: undefined, alsoInDynamoDb: false };
  const [prefix, workspace, ...key] = stateKey.split("/");
  const inWorkspace = prefix === DEFAULT_WORKSPACE_KEY_PREFIX && key.length > 0;
  return { consumer: undefined, workspace: inWorkspace ? workspace : undefined, alsoInDynamoDb: false };
}

/** Returns what a check of lock files alone misses for a state. Undefined if its clients lock only in S3. */
export function tableNote(stateKey: string, inventory: Inventory | undefined): string | undefined {
  const { consumer, alsoInDynamoDb } = ownerOf(stateKey, inventory);
  if (alsoInDynamoDb)
    return `${consumer ?? "its consumer"} locks in DynamoDB, and this command did not check that table`;
  return consumer === undefined ? TABLES_UNSEEN : undefined;
}

/** Note for a bucket without an inventory: nothing says whether its clients also lock in a table. */
export const TABLES_UNSEEN =
  "this command did not check lock tables: a client with dynamodb_table may hold its lock only in DynamoDB";

/** Matches a URL or an ARN. Only an S3 URL of the bucket itself can name one of its keys. */
const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/|arn:)/i;

/**
 * Returns the state key that a person means with a state key, a lock key, or an S3 URL of either in this bucket.
 * @throws UserError if Terraform could not keep a state under this key: such a key never has a lock
 */
export function stateKeyOf(given: string, bucket: string): string {
  const own = `s3://${bucket}/`;
  const key = given.startsWith(own) ? given.slice(own.length) : given;
  if (key === given && ADDRESS.test(given))
    throw noKey(`must be a key in s3://${bucket}, got ${shown(given)}`, `Use the key alone, or ${own}KEY.`);
  const stateKey = key.endsWith(LOCK_SUFFIX) ? key.slice(0, -LOCK_SUFFIX.length) : key;
  if (stateKey.trim() === "")
    throw noKey(
      `must name a state, got ${shown(given)}`,
      "Use the key of the backend block. If you passed a shell variable, check that it is set.",
    );
  if (stateKey.startsWith("/") || stateKey.endsWith("/"))
    throw noKey(
      `must not begin or end with "/", which Terraform refuses, got ${shown(given)}`,
      "Use the key exactly as in the backend block.",
    );
  return stateKey;
}

function noKey(message: string, fix: string): UserError {
  return new UserError([{ code: "usage", path: "KEY", message, fix }], "unknown");
}
