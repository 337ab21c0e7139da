import { DIGEST_SUFFIX } from "../policy/dynamodb-access";
import type { Problem } from "../problem/problem";

/** Whose an item of the table is: its `LockID`, which is the table's only key. */
export function lockItemId(bucket: string, stateKey: string): string {
  return `${bucket}/${stateKey}`;
}

/** The item that holds the MD5 of a state, as the last client with `dynamodb_table` wrote it. */
export function digestItemId(bucket: string, stateKey: string): string {
  return lockItemId(bucket, stateKey) + DIGEST_SUFFIX;
}

/**
 * One item of a lock table. What it is follows from its attributes alone: a state key may itself end in `-md5`.
 * Source: hashicorp/terraform, internal/backend/remote-state/s3/client.go, `dynamoDBLock` and `putMD5`
 */
export type TableItem = { readonly lockId: string; readonly attributes: ItemAttributes } & (
  | { readonly kind: "lock"; /** The body of a lock, the same JSON as in a lock object. */ readonly info: string }
  | { readonly kind: "digest"; /** MD5 in lower-case hex. */ readonly digest: string }
  | { readonly kind: "other" }
);

/** All of an item, in DynamoDB's JSON (`{"S": "text"}`), bytes in base64: what a backup holds. */
export type ItemAttributes = Readonly<Record<string, unknown>>;

/** Why it cannot be told what is there. */
export type TableFailure = "denied" | "throttled" | "no-table" | "other";

interface CouldNotTell {
  readonly why: TableFailure;
  readonly problem: Problem;
}

/** What a consistent read found. `nothing` is DynamoDB's own word about an item of a table that is there. */
export type ItemReading =
  | { readonly found: "item"; readonly item: TableItem }
  | { readonly found: "nothing" }
  | ({ readonly found: "unreadable" } & CouldNotTell);

/** What a conditional write did. `changed`: nothing was written; the item is the one that is there instead. */
export type ItemReply =
  | { readonly reply: "done" }
  | { readonly reply: "changed"; readonly item: TableItem | undefined }
  | ({ readonly reply: "failed" } & CouldNotTell);

/** The table as DynamoDB describes it. */
export interface TableDescription {
  readonly arn: string;
  /** `ACTIVE` where it can be used. */
  readonly status: string;
  readonly deletionProtection: boolean;
  /** Counted by DynamoDB every six hours or so. */
  readonly itemCount: number;
}

export type TableReading =
  { readonly found: "table"; readonly table: TableDescription } | ({ readonly found: "unreadable" } & CouldNotTell);

/**
 * The DynamoDB table in which Terraform locks, as far as locks and digests need it. There is no write without a
 * condition here.
 */
export interface LockTable {
  describe(): Promise<TableReading>;
  /** Every item, page by page, each consistent. @throws UserError when they may not be listed */
  items(): AsyncIterable<TableItem>;
  /** A consistent read of one item. */
  read(lockId: string): Promise<ItemReading>;
  /** Takes a lock as Terraform does: only where there is none. */
  takeLock(lockId: string, info: string): Promise<ItemReply>;
  /** Releases a lock only while it is the one with this `Info`. */
  releaseLock(lockId: string, info: string): Promise<ItemReply>;
  /** Writes a digest only while the item has the one that was seen; undefined: only where there is no item. */
  putDigest(lockId: string, digest: string, seen: string | undefined): Promise<ItemReply>;
  /** Deletes a digest only while it is this one. */
  deleteDigest(lockId: string, digest: string): Promise<ItemReply>;
}
