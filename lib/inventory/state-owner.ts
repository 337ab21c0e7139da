import type { Inventory } from "./inventory";
import { DEFAULT_WORKSPACE_KEY_PREFIX, LOCK_SUFFIX } from "../state/state-keys";
import { workspaceAt } from "../state/workspace";
import { shown, UserError } from "../problem/problem";

/** Whose a state key is, as far as the inventory tells. */
export interface Owner {
  readonly consumer: string | undefined;
  /** Undefined for the default workspace. */
  readonly workspace: string | undefined;
  /** The consumer locks in DynamoDB too, so its lock there outlives the one in S3. */
  readonly alsoInDynamoDb: boolean;
}

/** The consumer and workspace of a state key. A key that no consumer has may still be of a workspace below `env:/`. */
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

/** What a look at lock files alone does not tell of a state; undefined where its clients are known to lock in S3 alone. */
export function tableNote(stateKey: string, inventory: Inventory | undefined): string | undefined {
  const { consumer, alsoInDynamoDb } = ownerOf(stateKey, inventory);
  if (alsoInDynamoDb) return `${consumer ?? "its consumer"} locks in DynamoDB, and that table was not looked at`;
  return consumer === undefined ? TABLES_UNSEEN : undefined;
}

/** Nobody says whether clients of a bucket lock in a table, or in which. */
export const TABLES_UNSEEN =
  "lock tables were not looked at: a client with dynamodb_table may hold its lock in DynamoDB alone";

/** A URL or an ARN. Only an S3 URL of the bucket itself can be one of its keys. */
const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/|arn:)/i;

/**
 * The state key a person means: as it is, its lock's key, or either as an S3 URL of this bucket.
 * @throws UserError where it names nothing that Terraform could keep in this bucket: such a key is never locked
 */
export function stateKeyOf(given: string, bucket: string): string {
  const own = `s3://${bucket}/`;
  const key = given.startsWith(own) ? given.slice(own.length) : given;
  if (key === given && ADDRESS.test(given))
    throw noKey(`must be a key in s3://${bucket}, got ${shown(given)}`, `Give the key alone, or ${own}KEY.`);
  const stateKey = key.endsWith(LOCK_SUFFIX) ? key.slice(0, -LOCK_SUFFIX.length) : key;
  if (stateKey.trim() === "")
    throw noKey(
      `must name a state, got ${shown(given)}`,
      "Give the key of the backend block; a shell variable in its place may be unset.",
    );
  if (stateKey.startsWith("/") || stateKey.endsWith("/"))
    throw noKey(
      `must not begin or end with "/", which Terraform allows no state, got ${shown(given)}`,
      "Give the key as it is in the backend block.",
    );
  return stateKey;
}

function noKey(message: string, fix: string): UserError {
  return new UserError([{ code: "usage", path: "KEY", message, fix }], "unknown");
}
