import { z } from "zod";
import { parseLockInfo } from "./lock-info";
import type { ItemReply, LockTable } from "./lock-table";

/** The audit line of a change to a lock table: one line of JSON, version 1. */
export const tableAuditSchema = z.strictObject({
  version: z.literal(1),
  event: z
    .enum(["digest-removed", "digest-rewritten", "lock-taken-over"])
    .describe("lock-taken-over: the run continued under the lock of a killed run, and released it"),
  at: z.iso.datetime().describe("by the clock of `by.host`"),
  by: z.strictObject({ host: z.string().describe("`user@host`") }),
  table: z.string(),
  item: z.string().describe("`LockID` in the table"),
  before: z.string().nullable().describe("the digest that was there; null if there was none, or for a lock"),
  after: z.string().nullable().describe("the digest that is there now; null if it was removed, or for a lock"),
  lockId: z.string().nullable().describe("ID of the lock that was taken over; null for a digest"),
  certain: z.boolean().describe("false if DynamoDB's answer was lost: the change may not have happened"),
});

type TableAudit = z.infer<typeof tableAuditSchema>;

/** What an audit line says beside the change. */
interface TableAuditFacts {
  readonly table: string;
  readonly host: string;
  /** IDs of locks that this run releases and did not take. */
  readonly takenOver: readonly string[];
}

/** Returns the table, and records each digest that it removes or writes, and each lock of another run that it releases. */
export function auditedTable(
  table: LockTable,
  { host, takenOver, table: name }: TableAuditFacts,
  record: (audit: TableAudit) => void,
): LockTable {
  const recorded = (change: Pick<TableAudit, "event" | "item"> & Partial<TableAudit>, reply: ItemReply): ItemReply => {
    const certain = reply.reply === "done";
    if (certain || mayHaveChanged(reply, change.after ?? null))
      record({
        ...{ version: 1, at: new Date().toISOString(), by: { host }, table: name },
        ...{ before: null, after: null, lockId: null, certain, ...change },
      });
    return reply;
  };
  return {
    ...table,
    deleteDigest: async (item, before) =>
      recorded({ event: "digest-removed", item, before }, await table.deleteDigest(item, before)),
    putDigest: async (item, after, before) =>
      recorded(
        { event: "digest-rewritten", item, after, before: before ?? null },
        await table.putDigest(item, after, before),
      ),
    releaseLock: async (item, info) => {
      const lockId = parseLockInfo(info)?.ID ?? "";
      const reply = await table.releaseLock(item, info);
      return takenOver.includes(lockId) ? recorded({ event: "lock-taken-over", item, lockId }, reply) : reply;
    },
  };
}

/** True if the answer was lost, or a repeated request met what the first one had done. */
function mayHaveChanged(reply: ItemReply, after: string | null): boolean {
  if (reply.reply !== "changed") return reply.reply === "failed" && reply.why === "other";
  return (reply.item?.kind === "digest" ? reply.item.digest : reply.item) === (after ?? undefined);
}
