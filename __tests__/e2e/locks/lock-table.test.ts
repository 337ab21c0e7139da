import { BatchWriteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { lockTable } from "../../../lib/aws/dynamodb-lock-table";
import { parseLockInfo } from "../../../lib/lock/lock-info";
import { digestItemId, lockItemId, type LockTable } from "../../../lib/lock/lock-table";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { legacyTable } from "../../support/steps/legacy-table";
import { describeE2e } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import { createWorkspace, type Workspace } from "../../../lab/machine/workspace";

const BUCKET = "acme-tfstate";
const DIGEST = "0123456789abcdef0123456789abcdef";
const INFO = JSON.stringify({ ID: "one" });

const ROOT = `terraform {
  backend "s3" {
    bucket         = "${BUCKET}"
    key            = "app"
    dynamodb_table = "locks"
  }
}

resource "terraform_data" "it" {
  provisioner "local-exec" {
    command = "until [ -e go-on ]; do sleep 0.05; done"
  }
}
`;

describeE2e("the lock table", ["terraform", "moto-server"], () => {
  let standIn: StandIn;
  let aws: AwsClients;
  let workspace: Workspace;
  let table: LockTable;
  const inherited = { ...process.env };

  const place = (name = "locks", account?: string) => ({ name, region: "us-east-1", account });

  /** One answer of DynamoDB for every request, instead of its effect. */
  const answering = (type: string, status = 400): (() => void) =>
    standIn.onRequest(({ service }) =>
      service === "dynamodb"
        ? {
            status,
            headers: { "content-type": "application/x-amz-json-1.0" },
            body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "no" }),
          }
        : undefined,
    );

  beforeAll(async () => {
    standIn = await startStandIn();
    Object.assign(process.env, standIn.env);
    aws = awsClients(standIn);
    await aws.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await legacyTable(aws.dynamoDb, "locks");
    table = lockTable(place("locks", standIn.accountId));
    workspace = createWorkspace({ env: standIn.env });
    workspace.write("main.tf", ROOT);
    requireSuccess(await workspace.terraform(["init"]));
  });

  afterAll(async () => {
    process.env = inherited;
    aws.close();
    await workspace.remove();
    await standIn.stop();
  });

  it("reads what Terraform wrote: the lock while it runs, the digest of the state afterwards", async () => {
    let atWork = (): void => undefined;
    const working = new Promise<void>((resolve) => (atWork = resolve));
    const apply = workspace.start("terraform", ["apply", "-auto-approve", "-input=false"], {
      onStdout: (text) => {
        if (text.includes("Provisioning with")) atWork();
      },
    });
    await working;
    const lock = await table.read(lockItemId(BUCKET, "app"));
    expect(lock).toMatchObject({ found: "item", item: { kind: "lock" } });
    const info = lock.found === "item" && lock.item.kind === "lock" ? lock.item.info : "";
    expect(parseLockInfo(info)).toMatchObject({ Operation: "OperationTypeApply", Path: `${BUCKET}/app` });
    workspace.write("go-on", "");
    requireSuccess(await apply.done);
    expect(await table.read(lockItemId(BUCKET, "app"))).toEqual({ found: "nothing" });
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: "app" }));
    const state = (await Body?.transformToByteArray()) ?? "";
    expect(await table.read(digestItemId(BUCKET, "app"))).toMatchObject({
      found: "item",
      item: { kind: "digest", digest: createHash("md5").update(state).digest("hex") },
    });
  });

  it("excludes Terraform with a lock of its own, and one that holds is not taken", async () => {
    const id = lockItemId(BUCKET, "app");
    expect(await table.takeLock(id, INFO)).toEqual({ reply: "done" });
    expect(await table.takeLock(id, "{}")).toMatchObject({ reply: "changed", item: { kind: "lock", info: INFO } });
    const plan = await workspace.terraform(["plan", "-input=false"]);
    expect([plan.code, plan.stderr]).toEqual([1, expect.stringContaining("Error acquiring the state lock")]);
    expect(await table.releaseLock(id, "{}")).toMatchObject({ reply: "changed", item: { info: INFO } });
    expect(await table.releaseLock(id, INFO)).toEqual({ reply: "done" });
    expect(await table.releaseLock(id, INFO)).toEqual({ reply: "changed", item: undefined });
    requireSuccess(await workspace.terraform(["plan", "-input=false"]));
  });

  it("changes and deletes a digest only while it is the one that was seen", async () => {
    const id = digestItemId(BUCKET, "other");
    expect(await table.putDigest(id, DIGEST, "seen")).toEqual({ reply: "changed", item: undefined });
    expect(await table.putDigest(id, "older", undefined)).toEqual({ reply: "done" });
    expect(await table.putDigest(id, DIGEST, undefined)).toMatchObject({ reply: "changed", item: { digest: "older" } });
    expect(await table.putDigest(id, DIGEST, "older")).toEqual({ reply: "done" });
    expect(await table.deleteDigest(id, "older")).toMatchObject({ reply: "changed", item: { digest: DIGEST } });
    expect(await table.deleteDigest(id, DIGEST)).toEqual({ reply: "done" });
    expect(await table.read(id)).toEqual({ found: "nothing" });
  });

  it("knows a write of its own whose answer was lost", async () => {
    const id = lockItemId(BUCKET, "lost");
    const lose = (operation: string): void => {
      let first = true;
      standIn.afterRequest((request) => {
        if (request.operation !== operation || !first) return undefined;
        first = false;
        return "drop";
      });
    };
    lose("PutItem");
    expect(await table.takeLock(id, INFO)).toEqual({ reply: "done" });
    lose("DeleteItem");
    expect(await table.releaseLock(id, INFO)).toEqual({ reply: "done" });
  });

  it("lists the items of several pages, and distinguishes locks from digests by their content", async () => {
    await legacyTable(aws.dynamoDb, "many");
    const filler = "x".repeat(50_000);
    for (const chunk of [0, 1]) {
      const puts = Array.from({ length: 20 }, (_, n) => ({
        PutRequest: { Item: { LockID: { S: `b/${String(chunk * 20 + n)}-md5` }, Info: { S: filler } } },
      }));
      await aws.dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { many: puts } }));
    }
    const put = (Item: Record<string, { S: string } | { B: Uint8Array }>) =>
      aws.dynamoDb.send(new PutItemCommand({ TableName: "many", Item: { LockID: { S: "" }, ...Item } }));
    await put({ LockID: { S: "b/app-md5" }, Digest: { S: DIGEST } });
    await put({ LockID: { S: "b/odd" }, Bytes: { B: new Uint8Array([255, 0]) } });
    standIn.clear();
    const items = [];
    for await (const item of lockTable(place("many")).items()) items.push(item);
    expect(standIn.requests().filter(({ operation }) => operation === "Scan").length).toBeGreaterThan(1);
    expect(items.filter(({ kind }) => kind === "lock")).toHaveLength(40);
    expect(items.filter(({ kind }) => kind !== "lock")).toEqual([
      {
        kind: "digest",
        lockId: "b/app-md5",
        digest: DIGEST,
        attributes: { LockID: { S: "b/app-md5" }, Digest: { S: DIGEST } },
      },
      { kind: "other", lockId: "b/odd", attributes: { LockID: { S: "b/odd" }, Bytes: { B: "/wA=" } } },
    ]);
  });

  it("describes the table", async () => {
    expect(await table.describe()).toMatchObject({
      found: "table",
      table: {
        arn: "arn:aws:dynamodb:us-east-1:123456789012:table/locks",
        status: "ACTIVE",
        deletionProtection: false,
      },
    });
  });

  describe("reports why it could not read the table", () => {
    it.each([
      ["another account's table", () => lockTable(place("locks", "999999999999")), "denied", "aws-call"],
      ["no such table", () => lockTable(place("nowhere")), "no-table", "table-absent"],
      ["a table in another region", () => lockTable({ ...place(), region: "eu-west-1" }), "no-table", "table-absent"],
    ])("%s", async (_, made, why, code) => {
      const unreadable = { found: "unreadable", why, problem: { code } };
      expect(await made().read("b/app")).toMatchObject(unreadable);
      expect(await made().describe()).toMatchObject(unreadable);
      expect(await made().takeLock("b/app", INFO)).toMatchObject({ reply: "failed", why, problem: { code } });
      await expect(made().items()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
        kind: "unknown",
        problems: [{ code }],
      });
    });

    it.each([
      ["ProvisionedThroughputExceededException", "throttled", "Could not read DynamoDB table"],
      ["ThrottlingException", "throttled", "Could not read DynamoDB table"],
      ["AccessDeniedException", "denied", ": 400 AccessDeniedException"],
      ["UnrecognizedClientException", "other", ": 400 UnrecognizedClientException"],
      ["InternalServerError", "other", ": 400 InternalServerError"],
    ])("%s", async (type, why, message) => {
      const unhook = answering(type);
      const reading = await table.read("b/app");
      unhook();
      expect(reading).toMatchObject({
        found: "unreadable",
        why,
        problem: { message: expect.stringContaining(message) as string },
      });
    });
  });
});
