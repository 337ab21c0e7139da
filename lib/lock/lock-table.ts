import { DIGEST_SUFFIX } from "../policy/dynamodb-access";
import type { Problem } from "../problem/problem";

/** Returns the `LockID` of a state's lock. `LockID` is the table's only key. */
export function lockItemId(bucket: string, stateKey: string): string {
  return `${bucket}/${stateKey}`;
}

/** Returns the `LockID` of a state's digest: the MD5 that the last client with `dynamodb_table` wrote. */
export function digestItemId(bucket: string, stateKey: string): string {
  return lockItemId(bucket, stateKey) + DIGEST_SUFFIX;
}

/**
 * One item of a lock table. Only its attributes show its kind: a state key may itself end in `-md5`.
 * Source: hashicorp/terraform, internal/backend/remote-state/s3/client.go, `dynamoDBLock` and `putMD5`
 */
export type TableItem = { readonly lockId: string; readonly attributes: ItemAttributes } & (
  | { readonly kind: "lock"; /** The body of a lock, the same JSON as in a lock object. */ readonly info: string }
  | { readonly kind: "digest"; /** As it is written; table-digest.ts compares it. */ readonly digest: string }
  | { readonly kind: "other" }
);

/** A whole item in DynamoDB's JSON (`{"S": "text"}`), bytes in base64: what a backup holds. */
type ItemAttributes = Readonly<Record<string, unknown>>;

/** Why DynamoDB did not answer. */
export type TableFailure = "denied" | "throttled" | "no-table" | "other";

interface CouldNotTell {
  readonly why: TableFailure;
  readonly problem: Problem;
}

/** The result of a consistent read. `nothing`: DynamoDB answered that the table has no such item. */
export type ItemReading =
  | { readonly found: "item"; readonly item: TableItem }
  | { readonly found: "nothing" }
  | ({ readonly found: "unreadable" } & CouldNotTell);

/** The result of a conditional write. `changed`: nothing was written, because `item` is there instead. */
export type ItemReply =
  | { readonly reply: "done" }
  | { readonly reply: "changed"; readonly item: TableItem | undefined }
  | ({ readonly reply: "failed" } & CouldNotTell);

/** The table as DynamoDB describes it. */
export interface TableDescription {
  readonly arn: string;
  /** `ACTIVE` if the table can be used. */
  readonly status: string;
  readonly deletionProtection: boolean;
}

export type TableReading =
  { readonly found: "table"; readonly table: TableDescription } | ({ readonly found: "unreadable" } & CouldNotTell);

/** Port: the DynamoDB table in which Terraform locks. There is no write without a condition. */
export interface LockTable {
  describe(): Promise<TableReading>;
  /** Lists every item with consistent reads. @throws UserError if they may not be listed */
  items(): AsyncIterable<TableItem>;
  /** Reads one item consistently. */
  read(lockId: string): Promise<ItemReading>;
  /** Takes a lock as Terraform does: only if there is no item. */
  takeLock(lockId: string, info: string): Promise<ItemReply>;
  /** Releases a lock only while it has this `Info`. */
  releaseLock(lockId: string, info: string): Promise<ItemReply>;
  /** Writes a digest only while the item has the digest `seen`; undefined: only if there is no item. */
  putDigest(lockId: string, digest: string, seen: string | undefined): Promise<ItemReply>;
  /** Deletes an item only while it has this digest. */
  deleteDigest(lockId: string, digest: string): Promise<ItemReply>;
}
