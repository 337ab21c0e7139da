import { product } from "../engine/spoken-engine";
import { createHash } from "node:crypto";
import type { ItemReading, LockTable, TableItem } from "./lock-table";
import { UserError, type Problem } from "../problem/problem";

/** Port: the digest of a state in DynamoDB. Clients with `dynamodb_table` compare it with the state that they read. */
export interface DigestTable {
  /** True if clients accept a state with this MD5: it is the digest, or there is no digest. @throws UserError if DynamoDB does not answer */
  holds(md5: string): Promise<boolean>;
  /** Writes the digest. @returns what remains to be done if the write failed */
  correct(md5: string): Promise<Problem[]>;
}

/** Returns the MD5 of a state, as Terraform's S3 backend writes it. */
export function stateDigest(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** Terraform reads an empty object as no state, and gives it no digest. */
const EMPTY_MD5 = stateDigest("");

/**
 * Returns the digest that clients compare, in lower case. Undefined if the text is not an MD5 in hex: clients then write a
 * warning into their log and accept every state. Source: hashicorp/terraform, s3/client.go, `getMD5`.
 */
export function comparedDigest(text: string): string | undefined {
  return /^[0-9a-f]{32}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** What clients with `dynamodb_table` make of a digest: `none` compares nothing, `other` refuses the state. */
type DigestMatch = "same" | "other" | "none";

/**
 * Compares a digest with a state as Terraform does. Source: hashicorp/terraform, s3/client.go, `Get`.
 * @param md5 MD5 of the state in lower-case hex; undefined if there is no state
 */
export function digestMatch(digest: string | undefined, md5: string | undefined): DigestMatch {
  const compared = digest === undefined ? undefined : comparedDigest(digest);
  if (compared === undefined) return "none";
  return compared === md5 && md5 !== EMPTY_MD5 ? "same" : "other";
}

/** Returns the text of the digest in an item; undefined if there is no item, or another one. */
export function digestText(item: TableItem | undefined): string | undefined {
  return item?.kind === "digest" ? item.digest : undefined;
}

function itemOf(reading: Exclude<ItemReading, { found: "unreadable" }>): TableItem | undefined {
  return reading.found === "item" ? reading.item : undefined;
}

/** Attempts at a write. Another writer is possible only if a client ignores the lock. */
const ATTEMPTS = 3;

export function tableDigest(table: LockTable, itemId: string): DigestTable {
  return {
    holds: async (md5) => {
      const reading = await table.read(itemId);
      if (reading.found === "unreadable") throw new UserError([reading.problem], "unknown");
      const item = itemOf(reading);
      return (item === undefined || item.kind === "digest") && digestMatch(digestText(item), md5) !== "other";
    },
    correct: async (md5) => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const reading = await table.read(itemId);
        if (reading.found === "unreadable") return [stale(itemId, reading.problem.message)];
        const item = itemOf(reading);
        const seen = digestText(item);
        if (item !== undefined && seen === undefined) return [stale(itemId, "the item is not a digest")];
        if (digestMatch(seen, md5) === "same") return [];
        const reply = await table.putDigest(itemId, md5, seen);
        if (reply.reply === "done") return [];
        if (reply.reply === "failed" && attempt === ATTEMPTS) return [stale(itemId, reply.problem.message)];
      }
      return [stale(itemId, "somebody else keeps writing it")];
    },
  };
}

function stale(itemId: string, reason: string): Problem {
  return {
    code: "digest-stale",
    path: `DynamoDB item ${itemId}`,
    message: `is not the MD5 of the current state, and could not be corrected: ${reason}`,
    fix: `${product()} with dynamodb_table refuses the state until then. Run the command again: it corrects only the digest.`,
  };
}
