import { createHash } from "node:crypto";
import type { LockTable } from "./lock-table";
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

/** Attempts at a write. Another writer is possible only if a client ignores the lock. */
const ATTEMPTS = 3;

export function tableDigest(table: LockTable, itemId: string): DigestTable {
  return {
    holds: async (md5) => {
      const reading = await table.read(itemId);
      if (reading.found === "unreadable") throw new UserError([reading.problem], "unknown");
      return reading.found === "nothing" || (reading.item.kind === "digest" && reading.item.digest === md5);
    },
    correct: async (md5) => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const reading = await table.read(itemId);
        if (reading.found === "unreadable") return [stale(itemId, reading.problem.message)];
        if (reading.found === "item" && reading.item.kind !== "digest")
          return [stale(itemId, "the item is not a digest")];
        const seen = reading.found === "item" && reading.item.kind === "digest" ? reading.item.digest : undefined;
        if (seen === md5) return [];
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
    fix: "Terraform with dynamodb_table refuses the state until then. Run the command again: it corrects only the digest.",
  };
}
