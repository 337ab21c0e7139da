import { product } from "../engine/spoken-engine";
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
 * Returns the state key that a person means with a state key, a lock key, an S3 URL of either in this bucket, or a
 * consumer's name. An S3 URL may hold any key that S3 allows.
 * @throws UserError if Terraform could not keep a state under this key: such a key never has a lock
 */
export function stateKeyOf(given: string, bucket: string, inventory?: Inventory): string {
  const own = `s3://${bucket}/`;
  const isUrl = given.startsWith(own);
  if (!isUrl && ADDRESS.test(given))
    throw noKey(`must be a key in s3://${bucket}, got ${shown(given)}`, `Use the key alone, or ${own}KEY.`);
  const named = isUrl ? undefined : keyOfConsumer(given, inventory);
  if (named !== undefined) return named;
  const key = isUrl ? given.slice(own.length) : given;
  const stateKey = key.endsWith(LOCK_SUFFIX) ? key.slice(0, -LOCK_SUFFIX.length) : key;
  if (isUrl && stateKey !== "") return stateKey;
  if (stateKey.trim() === "")
    throw noKey(
      `must name a state, got ${shown(given)}`,
      "Use the key of the backend block. If you passed a shell variable, check that it is set.",
    );
  if (stateKey.startsWith("/") || stateKey.endsWith("/"))
    throw noKey(
      `must not begin or end with "/", which ${product()} refuses, got ${shown(given)}`,
      "Use the key exactly as in the backend block.",
    );
  return stateKey;
}

/** Returns the key of a consumer's default workspace. A key of the inventory comes before an equal name. */
function keyOfConsumer(name: string, inventory: Inventory | undefined): string | undefined {
  const consumers = inventory?.consumers ?? [];
  if (consumers.some(({ stateKey }) => stateKey === name)) return undefined;
  return consumers.find((consumer) => consumer.name === name)?.stateKey;
}

/** Returns how to give a state key to a command that Statelock prints: the key if {@link stateKeyOf} returns it, or its S3 URL. */
export function keyArgument(stateKey: string, bucket: string, inventory?: Inventory): string {
  const url = `s3://${bucket}/${stateKey}`;
  if (stateKey.endsWith(LOCK_SUFFIX)) return url + LOCK_SUFFIX;
  const isPlain = !/^-|^\/|\/$|^\s*$/.test(stateKey) && !ADDRESS.test(stateKey);
  return isPlain && (keyOfConsumer(stateKey, inventory) ?? stateKey) === stateKey ? stateKey : url;
}

function noKey(message: string, fix: string): UserError {
  return new UserError([{ code: "usage", path: "KEY", message, fix }], "unknown");
}
