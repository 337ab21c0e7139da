import type { Inventory } from "../inventory/inventory";
import { ownerOf } from "../inventory/state-owner";
import type { ObjectTags } from "../policy/object-tags";
import { backendEncryption, type ObjectEncryption } from "../lock/object-encryption";
import { DEFAULT_LOCKING, locksInDynamoDb, locksInS3, type Locking } from "../policy/access-level";

/** How the clients of a state write and lock it, according to the inventory. */
export interface Declared {
  /** Undefined: the bucket's default applies. */
  readonly encryption: ObjectEncryption | undefined;
  /** The tags that its clients give to the state. @default - none */
  readonly tags?: ObjectTags | undefined;
  readonly locksInS3: boolean;
  /** Undefined if no client locks in DynamoDB. */
  readonly table: string | undefined;
}

/** Returns how a state is written and locked; undefined if no consumer of the inventory has that state. */
export function declaredFor(stateKey: string, inventory: Inventory | undefined): Declared | undefined {
  const { consumer } = ownerOf(stateKey, inventory);
  if (inventory === undefined || consumer === undefined) return undefined;
  const found = inventory.consumers.find(({ name }) => name === consumer);
  const { encrypt, kms_key_id: key, dynamodb_table: table, state_tags: tags } = (found ?? inventory.bootstrap).backend;
  const locking: Locking = found?.locking ?? DEFAULT_LOCKING;
  return {
    encryption: backendEncryption(encrypt === true, typeof key === "string" ? key : undefined),
    ...(typeof tags === "object" ? { tags } : {}),
    locksInS3: locksInS3(locking),
    table: locksInDynamoDb(locking) && typeof table === "string" ? table : undefined,
  };
}
