import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import { rmSync } from "node:fs";
import { verifySchema } from "../../../lib/verify/verify-report";
import { BUCKET, GoodBucket, GUARD, HOME, REGION, TABLE, withForeign } from "../../support/good-bucket";
import { runStatelock, type Run } from "../../support/run-command";
import { drifts } from "../../support/drifts";
import { synthesizedFolder } from "../../support/synthesized-folder";
import { describeE2e } from "../../support/describe-e2e";
import { sampled } from "../../support/full";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";

describeE2e("statelock verify", ["moto-server"], () => {
  let standIn: StandIn;
  let bucket: GoodBucket;
  let project = "";

  beforeAll(async () => {
    standIn = await startStandIn();
    Object.assign(process.env, standIn.env);
    bucket = new GoodBucket();
    project = synthesizedFolder(HOME);
  });

  afterAll(async () => {
    rmSync(project, { recursive: true });
    bucket.close();
    await standIn.stop();
  });

  beforeEach(async () => {
    await standIn.reset();
    await bucket.make();
  });

  const answer = (status: number, body: string) => ({ status, headers: { "content-type": "application/xml" }, body });

  const verify = (args: readonly string[] = []): Promise<Run> =>
    runStatelock(["verify", ...args], { workingDirectory: project });

  /** What is not fine: `code result`. */
  async function findings(args: readonly string[] = []): Promise<{ code: number; found: string[] }> {
    const { code, stdout } = await verify([...args, "--json"]);
    const { findings } = verifySchema.parse(JSON.parse(stdout));
    return {
      code,
      found: findings.filter(({ result }) => result !== "pass").map(({ code: check, result }) => `${check} ${result}`),
    };
  }

  it("says nothing on a good bucket, leaves nothing behind, and prints no state", async () => {
    const { code, stdout, stderr } = await verify();
    expect(stdout).not.toMatch(/^[✖?]/m);
    expect(code).toBe(0);
    expect(stdout).toContain("✔ the lock locks: S3 refuses a second taker");
    expect(stdout + stderr).not.toContain("CANARY");
    const probe = standIn.requests().filter(({ key }) => key?.startsWith(".statelock/"));
    expect(
      probe
        .filter(({ operation }) => operation !== "GetObject")
        .map(({ operation, status }) => `${operation} ${String(status)}`)
        .slice(0, 4),
    ).toEqual(["PutObject 200", "PutObject 412", "DeleteObject 412", "DeleteObject 204"]);
  });

  it("writes nothing with --no-probe", async () => {
    standIn.clear();
    expect(await findings(["--no-probe"])).toEqual({ code: 0, found: [] });
    expect(
      standIn.requests().filter(({ method }) => method !== "GET" && method !== "HEAD" && method !== "POST"),
    ).toEqual([]);
  });

  it.each(sampled(drifts(), 3))("finds: %s", async (_name, plant, expected) => {
    await plant(bucket);
    expect(await findings(["--no-probe"])).toEqual({ code: 1, found: expected });
  });

  it("finds that the bucket is in another region, although S3 answers with a 301", async () => {
    standIn.onRequest(({ operation }) =>
      operation === "HeadBucket" ? { status: 301, headers: { "x-amz-bucket-region": "eu-west-3" } } : undefined,
    );
    expect(await findings(["--no-probe"])).toEqual({ code: 1, found: ["presence unknown", "region fail"] });
  });

  it("finds a replication to another bucket, and a notification about states", async () => {
    standIn.onRequest(({ operation }) => {
      if (operation === "GetBucketReplication")
        return answer(
          200,
          "<ReplicationConfiguration><Role>r</Role><Rule><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::thief</Bucket></Destination></Rule></ReplicationConfiguration>",
        );
      if (operation === "GetBucketNotificationConfiguration")
        return answer(
          200,
          "<NotificationConfiguration><TopicConfiguration><Topic>arn:aws:sns:us-east-1:1:t</Topic><Event>s3:ObjectCreated:*</Event></TopicConfiguration></NotificationConfiguration>",
        );
      return undefined;
    });
    expect(await findings(["--no-probe"])).toEqual({
      code: 1,
      found: ["replication fail", "notifications fail"],
    });
  });

  it("finds that the bucket sends events to EventBridge", async () => {
    await bucket.tellEventBridge(true);
    expect(await findings(["--no-probe"])).toEqual({ code: 1, found: ["notifications fail"] });
    await bucket.tellEventBridge(false);
  });

  it("marks settings that it may not read with ?, never as fine, and exits with 2", async () => {
    standIn.onRequest(() => answer(403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"));
    const { code, stdout } = await verify(["--json"]);
    const { findings: all } = verifySchema.parse(JSON.parse(stdout));
    expect(code).toBe(2);
    expect(all.filter(({ result }) => result !== "unknown")).toEqual([]);
    expect(all.length).toBeGreaterThanOrEqual(19);
  });

  it("does not take a missing table for a table without digests", async () => {
    await bucket.dynamoDb.send(new DeleteTableCommand({ TableName: TABLE }));
    expect(await findings(["--no-probe"])).toEqual({ code: 2, found: ["left-digest unknown"] });
  });

  it("distinguishes a missing bucket from a bucket of somebody else", async () => {
    const flags = (name: string): string[] => [
      "--bucket",
      name,
      "--region",
      REGION,
      "--expected-bucket-owner",
      standIn.accountId,
    ];
    expect((await findings(["--no-probe", ...flags("not-there")])).found).toContain("presence fail");
    standIn.markForeign(BUCKET);
    expect((await findings(["--no-probe", ...flags(BUCKET)])).found).toContain("presence unknown");
  });

  it("asks of a bucket it did not make only what every state bucket needs", async () => {
    await bucket.logTo("elsewhere/");
    await bucket.encryptWith(undefined);
    await bucket.policy(withForeign(GUARD));
    expect(await findings(["--bucket", BUCKET, "--region", REGION])).toEqual({ code: 0, found: [] });
    await bucket.versioning("Suspended");
    expect(await findings(["--bucket", BUCKET, "--region", REGION])).toEqual({ code: 1, found: ["versioning fail"] });
  });

  it("finds a store whose lock locks nobody, and takes its probe away", async () => {
    standIn.onRequest((_record, request) => {
      delete (request.headers as Record<string, string>)["if-none-match"];
    });
    expect(await findings()).toEqual({ code: 1, found: ["lock-probe fail"] });
    const left = (await runStatelock(["locks", "list", "--json"], { workingDirectory: project })).stdout;
    expect((JSON.parse(left) as { locks: unknown[] }).locks).toEqual([]);
  });

  it("is back to fine when a drift is fixed", async () => {
    await bucket.kms.send(new DisableKeyCommand({ KeyId: bucket.keyId }));
    expect((await findings(["--no-probe"])).code).toBe(1);
    await bucket.kms.send(new EnableKeyCommand({ KeyId: bucket.keyId }));
    expect((await findings(["--no-probe"])).code).toBe(0);
  });
});
