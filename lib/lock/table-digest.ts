import { createHash } from "node:crypto";
import type { LockTable } from "./lock-table";
import { UserError, type Problem } from "../problem/problem";

/** The digest of a state in DynamoDB, which clients with `dynamodb_table` compare with what they read from S3. */
export interface DigestTable {
  /** Whether those clients would take a state with this MD5: it is the digest, or there is none. @throws UserError when it cannot be told */
  holds(md5: string): Promise<boolean>;
  /** Makes it the digest. @returns what is left to be done where it could not */
  correct(md5: string): Promise<Problem[]>;
}

/** As Terraform's S3 backend makes it. */
export function stateDigest(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** Another writer of the digest is possible only where the lock was ignored. */
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
        if (reading.found === "item" && reading.item.kind !== "digest") return [stale(itemId, "it is no digest")];
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
    message: `must be the MD5 of the state that is there now, but could not be made so: ${reason}`,
    fix: "Terraform with dynamodb_table refuses the state until then. Run the command again: it corrects the digest alone.",
  };
}
