import type { TableItem } from "../../../lib/lock/lock-table";
import { retireTable, type RetireOptions, type RetireResult } from "../../../lib/migrate/table/retire-table";
import { UserError } from "../../../lib/problem/problem";
import { FakeLockTable } from "../../support/fake-lock-table";
import { NO_ANSWER } from "../../support/fake-history";
import { recordedProgress } from "../../support/recorded-progress";

const ARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/locks";
const ITEM: TableItem = { kind: "other", lockId: "x", attributes: { LockID: { S: "x" } } };
const POLICY = {
  holders: ["role/ci"],
  name: "state",
  document: { Statement: [{ Effect: "Allow", Action: "dynamodb:*", Resource: ARN }] },
};

/** A table in memory, and everything that a run did to it. */
class Account {
  readonly table = new FakeLockTable({ arn: ARN, status: "ACTIVE", deletionProtection: true });
  readonly calls: string[] = [];
  policies: readonly (typeof POLICY)[] = [];
  refused = new Set<string>();
  backup: unknown;
  confirm: () => Promise<void> = () => Promise.resolve(void this.calls.push("confirm"));

  retire(change: Partial<RetireOptions> = {}): Promise<RetireResult> {
    const call = (name: string): Promise<void> => {
      this.calls.push(name);
      return this.refused.has(name) ? Promise.reject(new UserError([NO_ANSWER], "unknown")) : Promise.resolve();
    };
    const port = {
      table: this.table,
      removal: {
        protect: (enabled: boolean) => call(enabled ? "protect" : "unprotect"),
        remove: () => call("remove"),
      },
      heldPolicies: async () => {
        await call("read policies");
        return this.policies;
      },
      writeBackup: (text: string) => {
        this.calls.push("back up");
        this.backup = JSON.parse(text);
      },
    };
    const options = { name: "locks", fleet: [], inventory: undefined, grants: "block", dryRun: false } as const;
    const { progress } = recordedProgress();
    return retireTable(port, { ...options, confirm: () => this.confirm(), progress, ...change });
  }
}

let account: Account;

beforeEach(() => {
  account = new Account();
});

it("asks, writes a backup, turns the protection off and removes the table, in this order", async () => {
  expect(await account.retire()).toMatchObject({ outcome: "removed", hasBackup: true, grants: [], blocks: [] });
  expect(account.calls).toEqual(["read policies", "confirm", "back up", "unprotect", "remove"]);
  expect(account.backup).toMatchObject({
    version: 1,
    table: { arn: ARN },
    at: expect.any(String) as string,
    items: [],
  });
});

it("changes nothing in a dry run, while something needs the table, or without a confirmation", async () => {
  expect((await account.retire({ dryRun: true })).outcome).toBe("removable");
  account.confirm = () => Promise.reject(new Error("no"));
  await expect(account.retire()).rejects.toThrow("no");
  account.table.held.set("x", ITEM);
  expect(await account.retire()).toMatchObject({ outcome: "blocked", blocks: [{ code: "item-unknown" }] });
  expect(account.calls).toEqual(Array(3).fill("read policies"));
});

it("stops after the backup if an item appeared meanwhile", async () => {
  account.confirm = () => Promise.resolve(void account.table.held.set("x", ITEM));
  expect(await account.retire()).toMatchObject({ outcome: "blocked", hasBackup: true });
  expect(account.calls).not.toContain("remove");
});

it("blocks on a grant that names the table, keeps it on request, and reads no policy if told to ignore them", async () => {
  account.policies = [POLICY];
  expect((await account.retire({ dryRun: true })).blocks).toMatchObject([{ code: "grant-left" }]);
  const kept = await account.retire({ dryRun: true, grants: "keep" });
  expect([kept.outcome, kept.grants?.length]).toEqual(["removable", 1]);
  account.calls.length = 0;
  expect((await account.retire({ dryRun: true, grants: "ignore" })).grants).toBeUndefined();
  expect(account.calls).toEqual([]);
});

it("names --no-grants if IAM does not answer", async () => {
  account.refused.add("read policies");
  await expect(account.retire()).rejects.toThrow("Or add --no-grants");
});

it("turns the protection on again if DynamoDB refuses the removal, and reports it if that fails too", async () => {
  account.refused.add("remove");
  await expect(account.retire()).rejects.toThrow(/^(?![^]*table-unprotected)/);
  expect(account.calls.slice(-3)).toEqual(["unprotect", "remove", "protect"]);
  account.refused.add("protect");
  await expect(account.retire()).rejects.toThrow("[table-unprotected]");
});

it("does not touch the protection of a table that has none", async () => {
  account.table.description = { ...account.table.description, deletionProtection: false };
  expect((await account.retire()).outcome).toBe("removed");
  expect(account.calls.slice(-2)).toEqual(["back up", "remove"]);
});

it("throws if DynamoDB does not describe the table", async () => {
  const describe = account.table.describe.bind(account.table);
  account.table.describe = () => Promise.resolve({ found: "unreadable", why: "no-table", problem: NO_ANSWER });
  await expect(account.retire()).rejects.toThrow("[aws-call]");
  account.table.describe = describe;
  expect(account.calls).toEqual([]);
});
