import type { ItemReply, LockTable, TableItem } from "../../lib/lock/lock-table";
import { auditedTable, tableAuditSchema } from "../../lib/lock/table-audit";
import { NO_ANSWER } from "../support/fake-history";

/** What is recorded of a change to which DynamoDB replies so. */
async function linesOf(reply: ItemReply, change: (table: LockTable) => Promise<ItemReply>): Promise<object[]> {
  const lines: object[] = [];
  const answer = (): Promise<ItemReply> => Promise.resolve(reply);
  const table = { takeLock: answer, releaseLock: answer, putDigest: answer, deleteDigest: answer };
  const facts = { table: "locks", host: "ann@laptop", takenOver: ["dead"] };
  const audited = auditedTable(table as unknown as LockTable, facts, (line) => {
    lines.push(tableAuditSchema.parse(line));
  });
  expect(await change(audited)).toBe(reply);
  return lines;
}

const remove = (table: LockTable): Promise<ItemReply> => table.deleteDigest("b/k-md5", "old");
const write = (table: LockTable): Promise<ItemReply> => table.putDigest("b/k-md5", "new", "old");
const release =
  (ID: string) =>
  (table: LockTable): Promise<ItemReply> =>
    table.releaseLock("b/k", JSON.stringify({ ID }));

const DONE: ItemReply = { reply: "done" };
const there = (digest: string): TableItem => ({ kind: "digest", lockId: "b/k-md5", digest, attributes: {} });

describe("the audit of a lock table", () => {
  it.each([
    [remove, { event: "digest-removed", item: "b/k-md5", before: "old", after: null, lockId: null }],
    [write, { event: "digest-rewritten", item: "b/k-md5", before: "old", after: "new", lockId: null }],
    [release("dead"), { event: "lock-taken-over", item: "b/k", before: null, after: null, lockId: "dead" }],
  ])("has a line for each digest that changed, and for a lock of another run", async (change, line) => {
    const about = { version: 1, table: "locks", by: { host: "ann@laptop" }, certain: true };
    expect(await linesOf(DONE, change)).toEqual([{ ...about, ...line, at: expect.any(String) as string }]);
  });

  it("has no line for a lock that the run took itself", async () => {
    expect(await linesOf(DONE, release("own"))).toEqual([]);
    expect(await linesOf(DONE, (table) => table.takeLock("b/k", "{}"))).toEqual([]);
  });

  it.each<[string, ItemReply, typeof remove, boolean]>([
    ["a refused change", { reply: "failed", why: "denied", problem: NO_ANSWER }, remove, false],
    ["a digest that changed before", { reply: "changed", item: there("other") }, write, false],
    ["a digest that changed before its removal", { reply: "changed", item: there("other") }, remove, false],
    ["a lost answer", { reply: "failed", why: "other", problem: NO_ANSWER }, remove, true],
    ["a removal that a repeated request met", { reply: "changed", item: undefined }, remove, true],
    ["a digest that a repeated request met", { reply: "changed", item: there("new") }, write, true],
  ])("of %s says so, or has no line", async (_what, reply, change, isRecorded) => {
    expect(await linesOf(reply, change)).toMatchObject(isRecorded ? [{ certain: false }] : []);
  });
});
