import {
  DeleteItemCommand,
  DeleteResourcePolicyCommand,
  ListTablesCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { readdirSync, readFileSync } from "node:fs";
import { migrateRetireSchema } from "../../../cli/migrate/table/retire-json";
import { FLEET_TABLE, legacyFleet, type LegacyFleet } from "../../support/steps/legacy-fleet";
import { describeE2e } from "../../support/describe-e2e";
import type { CommandResult } from "../../../lab/machine/workspace";

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

  it("refuses while a root names the table or the table has an item, without a confirmation, and without an answer from AWS", async () => {
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

  it("names who may still use the table, and goes on where they are read, or not looked for", async () => {
    const { iam, dynamoDb } = fleet.aws;
    const arn = `arn:aws:dynamodb:us-east-1:${fleet.standIn.accountId}:table/${FLEET_TABLE}`;
    const policy = (Resource: string, more: object = {}): string =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Sid: "Locks", Effect: "Allow", Action: "dynamodb:PutItem", Resource, ...more }],
      });
    await iam.send(new CreateRoleCommand({ RoleName: "ci", AssumeRolePolicyDocument: policy("*") }));
    const inline = { RoleName: "ci", PolicyName: "everything", PolicyDocument: policy("*") };
    await iam.send(new PutRolePolicyCommand(inline));
    const make = async (PolicyName: string): Promise<string> => {
      const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: policy(arn) }));
      return Policy?.Arn ?? "";
    };
    const [PolicyArn] = [await make("state"), await make("of-nobody")];
    await iam.send(new AttachRolePolicyCommand({ RoleName: "ci", PolicyArn }));
    await dynamoDb.send(
      new PutResourcePolicyCommand({ ResourceArn: arn, Policy: policy(arn, { Principal: { AWS: "*" } }) }),
    );
    const { code, stdout } = await retire("--dry-run");
    const { blocks } = migrateRetireSchema.parse(JSON.parse(stdout));
    expect([code, blocks.map((block) => `${block.code} ${block.path}`)]).toEqual([
      1,
      [
        `grant-left ${PolicyArn}, statement Locks, of role/ci`,
        "grant-left its resource policy, statement Locks, of the table",
      ],
    ]);
    const kept = migrateRetireSchema.parse(JSON.parse((await retire("--dry-run", "--keep-grants")).stdout));
    expect([kept.outcome, kept.grants?.map(({ policy: name }) => name)]).toEqual([
      "removable",
      [PolicyArn, "its resource policy"],
    ]);

    const denied = fleet.standIn.onRequest(({ operation }) =>
      operation === "GetAccountAuthorizationDetails"
        ? { status: 403, body: "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>" }
        : undefined,
    );
    const untold = await fleet.statelock("migrate", "retire", "--table", FLEET_TABLE, "--dry-run");
    const skipped = await fleet.statelock("migrate", "retire", "--table", FLEET_TABLE, "--dry-run", "--no-grants");
    denied();
    expect([untold.code, untold.stderr]).toEqual([
      2,
      expect.stringMatching(/Grant iam:GetAccountAuthorizationDetails[^]*Or add --no-grants/),
    ]);
    expect([skipped.code, skipped.stderr]).toEqual([0, expect.stringContaining("did not search IAM")]);
    await dynamoDb.send(new DeleteResourcePolicyCommand({ ResourceArn: arn }));
    await iam.send(new DetachRolePolicyCommand({ RoleName: "ci", PolicyArn }));
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
