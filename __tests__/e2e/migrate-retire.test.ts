import { DeleteItemCommand, ListTablesCommand, PutItemCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { readdirSync, readFileSync } from "node:fs";
import { migrateRetireSchema } from "../../cli/migrate-retire";
import { FLEET_TABLE, legacyFleet, type LegacyFleet } from "./steps/legacy-fleet";
import { describeE2e } from "./support/describe-e2e";
import type { CommandResult } from "./support/workspace";

describeE2e("statelock migrate retire", ["moto-server"], () => {
  let fleet: LegacyFleet;
  const retire = (...args: string[]): Promise<CommandResult> =>
    fleet.statelock("migrate", "retire", "--table", FLEET_TABLE, "--json", ...args);
  const outcome = ({ code, stdout }: CommandResult): [number | null, string, ...string[]] => {
    const { outcome: ended, blocks } = migrateRetireSchema.parse(JSON.parse(stdout));
    return [code, ended, ...blocks.map((block) => block.code)];
  };
  const tables = async (): Promise<string[]> =>
    (await fleet.aws.dynamoDb.send(new ListTablesCommand({}))).TableNames ?? [];
  const key = { LockID: { S: "b/k-md5" } };
  const put = (): Promise<unknown> =>
    fleet.aws.dynamoDb.send(new PutItemCommand({ TableName: FLEET_TABLE, Item: { ...key, Digest: { S: "x" } } }));

  beforeAll(async () => {
    fleet = await legacyFleet();
    fleet.write("a", "both");
    await fleet.aws.dynamoDb.send(new UpdateTableCommand({ TableName: FLEET_TABLE, DeletionProtectionEnabled: true }));
  });

  afterAll(() => fleet.stop());

  it("refuses while a root names the table or an item is in it, without a confirmation, and where it cannot tell", async () => {
    await put();
    expect(outcome(await retire("--yes"))).toEqual([1, "blocked", "table-in-use", "digest-left"]);
    fleet.write("a", "lockfile");
    await fleet.aws.dynamoDb.send(new DeleteItemCommand({ TableName: FLEET_TABLE, Key: key }));
    expect(outcome(await retire("--dry-run"))).toEqual([0, "removable"]);
    const refusal = await retire();
    expect([refusal.code, refusal.stdout]).toEqual([2, expect.stringContaining("not-confirmed")]);
    const absent = await fleet.statelock("migrate", "retire", "--table", "nowhere", "--yes");
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining("[table-absent]")]);
    expect(await tables()).toEqual([FLEET_TABLE]);
    expect(readdirSync(fleet.workspace.directory).filter((name) => name.endsWith(".backup.json"))).toEqual([]);
  });

  it("stops when an item comes in at the last moment, and protects the table again when DynamoDB refuses", async () => {
    let scans = 0;
    const late = fleet.standIn.onRequest(async ({ operation }) => {
      if (operation === "Scan" && (scans += 1) === 2) await put();
    });
    expect(outcome(await retire("--yes", "--backup", "late.json"))).toEqual([1, "blocked", "digest-left"]);
    late();
    await fleet.aws.dynamoDb.send(new DeleteItemCommand({ TableName: FLEET_TABLE, Key: key }));

    const denied = fleet.standIn.onRequest(({ operation }) =>
      operation === "DeleteTable"
        ? {
            status: 400,
            headers: { "content-type": "application/x-amz-json-1.0" },
            body: '{"__type":"AccessDeniedException"}',
          }
        : undefined,
    );
    expect((await retire("--yes", "--backup", "denied.json")).code).toBe(2);
    denied();
    expect(await tables()).toEqual([FLEET_TABLE]);
    const again = migrateRetireSchema.parse(JSON.parse((await retire("--dry-run")).stdout));
    expect(again.deletionProtection).toBe(true);
  });

  it("writes the backup, turns the protection off and removes the table", async () => {
    expect(outcome(await retire("--yes", "--backup", "locks.json"))).toEqual([0, "removed"]);
    expect(JSON.parse(readFileSync(fleet.workspace.path("locks.json"), "utf8"))).toMatchObject({
      version: 1,
      items: [],
    });
    expect(await tables()).toEqual([]);
  });
});
