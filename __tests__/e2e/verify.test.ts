import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type LifecycleRule,
} from "@aws-sdk/client-s3";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifySchema } from "../../cli/verify-text";
import { homeGuard } from "../../lib/config/home-policies";
import { buildInventory } from "../../lib/inventory/build-inventory";
import { compactPolicyJson, type PolicyDocument } from "../../lib/policy/document";
import { logDeliveryPolicy } from "../../lib/policy/log-delivery";
import { keyPolicy } from "../../lib/policy/key-policy";
import { lockBody } from "../support/fake-s3";
import { home } from "../support/home";
import { runStatelock, type Run } from "../support/run-command";
import { describeE2e } from "./support/describe-e2e";
import { startStandIn, type StandIn } from "./support/stand-in";

const Bucket = "acme-tfstate";
const REGION = "us-east-1";
const STATE = "app/terraform.tfstate";

const HOME = home({
  bucket: {
    name: Bucket,
    region: REGION,
    encryption: { type: "created-key" },
    accessLogs: { bucket: "acme-logs" },
  },
  consumers: [{ name: "app", key: STATE }],
});
const GUARD = homeGuard(HOME);
const INVENTORY = buildInventory(HOME);
const KEY_POLICY = keyPolicy({ partition: "aws", region: REGION, account: INVENTORY.bucket.account });
const HISTORY_RULE: LifecycleRule = {
  ID: "trim-history",
  Status: "Enabled",
  Filter: { Prefix: "" },
  NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 100 },
};

describeE2e("statelock verify", ["moto-server"], () => {
  let standIn: StandIn;
  let s3: S3Client;
  let kms: KMSClient;
  let keyArn = "";
  let project = "";

  beforeAll(async () => {
    standIn = await startStandIn();
    Object.assign(process.env, standIn.env);
    s3 = new S3Client({});
    kms = new KMSClient({});
    project = mkdtempSync(join(tmpdir(), "statelock-verify-"));
    mkdirSync(join(project, "cdktf.out", "policies"), { recursive: true });
    writeFileSync(join(project, "cdktf.out", "inventory.json"), JSON.stringify(INVENTORY));
    writeFileSync(join(project, "cdktf.out", INVENTORY.bucket.guard), JSON.stringify(GUARD));
  });

  afterAll(async () => {
    rmSync(project, { recursive: true });
    s3.destroy();
    kms.destroy();
    await standIn.stop();
  });

  beforeEach(async () => {
    await standIn.reset();
    const created = await kms.send(new CreateKeyCommand({ Policy: compactPolicyJson(KEY_POLICY) }));
    const KeyId = created.KeyMetadata?.KeyId ?? "";
    keyArn = created.KeyMetadata?.Arn ?? "";
    await kms.send(new EnableKeyRotationCommand({ KeyId }));
    await kms.send(new CreateAliasCommand({ AliasName: INVENTORY.bucket.encryption.alias, TargetKeyId: KeyId }));
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new CreateBucketCommand({ Bucket: "acme-logs" }));
    const delivery = logDeliveryPolicy({ ...INVENTORY.bucket, bucket: Bucket, logBucket: "acme-logs" });
    await s3.send(new PutBucketPolicyCommand({ Bucket: "acme-logs", Policy: compactPolicyJson(delivery) }));
    await versioning("Enabled");
    await encryptWith(keyArn);
    await s3.send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: true,
        },
      }),
    );
    await own("BucketOwnerEnforced");
    await policy(GUARD);
    await lifecycle([HISTORY_RULE]);
    await logTo(INVENTORY.bucket.accessLogs?.prefix);
    await put(STATE, '{"outputs":{"password":{"value":"CANARY-SECRET"}}}');
    await put(STATE, '{"outputs":{"password":{"value":"CANARY-SECRET-2"}}}');
  });

  const versioning = (Status: "Enabled" | "Suspended") =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const own = (ObjectOwnership: "BucketOwnerEnforced" | "ObjectWriter") =>
    s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } }));
  const policy = (document: PolicyDocument) =>
    s3.send(new PutBucketPolicyCommand({ Bucket, Policy: compactPolicyJson(document) }));
  const lifecycle = (Rules: LifecycleRule[]) =>
    s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const logTo = (TargetPrefix: string | undefined) =>
    s3.send(
      new PutBucketLoggingCommand({
        Bucket,
        BucketLoggingStatus:
          TargetPrefix === undefined ? {} : { LoggingEnabled: { TargetBucket: "acme-logs", TargetPrefix } },
      }),
    );
  const put = (Key: string, Body: string, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const encryptWith = (KMSMasterKeyID: string | undefined, BucketKeyEnabled = true) =>
    s3.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault:
                KMSMasterKeyID === undefined ? { SSEAlgorithm: "AES256" } : { SSEAlgorithm: "aws:kms", KMSMasterKeyID },
              BucketKeyEnabled,
            },
          ],
        },
      }),
    );
  const keyId = (): string => keyArn.slice(keyArn.lastIndexOf("/") + 1);
  const changed = (document: PolicyDocument, change: object): PolicyDocument => ({
    ...document,
    Statement: document.Statement.map((statement, at) =>
      at === document.Statement.length - 1 ? { ...statement, ...change } : statement,
    ),
  });
  const withForeign = (document: PolicyDocument): PolicyDocument => ({
    ...document,
    Statement: [
      ...document.Statement,
      { Sid: "Backdoor", Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" },
    ],
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
    expect(stdout).toContain("✔ the lock locks: a second taker is refused");
    expect(stdout + stderr).not.toContain("CANARY");
    const probe = standIn.requests().filter(({ key }) => key?.startsWith(".statelock/"));
    expect(
      probe
        .filter(({ operation }) => operation !== "GetObject")
        .map(({ operation, status }) => `${operation} ${String(status)}`),
    ).toEqual(["PutObject 200", "PutObject 412", "DeleteObject 412", "DeleteObject 204"]);
  });

  it("writes nothing with --no-probe", async () => {
    standIn.clear();
    expect(await findings(["--no-probe"])).toEqual({ code: 0, found: [] });
    expect(
      standIn.requests().filter(({ method }) => method !== "GET" && method !== "HEAD" && method !== "POST"),
    ).toEqual([]);
  });

  const LAST = GUARD.Statement.at(-1);
  const DRIFTS: [string, () => Promise<unknown>, string[]][] = [
    // moto 5.2.1 does not find a version of a bucket whose versioning is suspended.
    ["versioning suspended", () => versioning("Suspended"), ["versioning fail", "state-history unknown"]],
    [
      "SSE-S3 instead of the key",
      () => encryptWith(undefined),
      ["key-alias fail", "key-rotation fail", "key-policy fail", "encryption fail"],
    ],
    [
      "no default encryption",
      () => s3.send(new DeleteBucketEncryptionCommand({ Bucket })),
      ["key-alias fail", "key-rotation fail", "key-policy fail", "encryption fail"],
    ],
    ["bucket key off", () => encryptWith(keyArn, false), ["encryption fail"]],
    ["key disabled", () => kms.send(new DisableKeyCommand({ KeyId: keyId() })), ["key-state fail"]],
    ["key not rotated", () => kms.send(new DisableKeyRotationCommand({ KeyId: keyId() })), ["key-rotation fail"]],
    [
      "key policy opened",
      () =>
        kms.send(
          new PutKeyPolicyCommand({
            KeyId: keyId(),
            PolicyName: "default",
            Policy: compactPolicyJson(withForeign(KEY_POLICY)),
          }),
        ),
      ["key-policy fail"],
    ],
    [
      "key policy weakened",
      () =>
        kms.send(
          new PutKeyPolicyCommand({
            KeyId: keyId(),
            PolicyName: "default",
            Policy: compactPolicyJson(changed(KEY_POLICY, { Action: "kms:Encrypt" })),
          }),
        ),
      ["key-policy fail"],
    ],
    ["public access open", () => s3.send(new DeletePublicAccessBlockCommand({ Bucket })), ["public-access fail"]],
    [
      "one public access flag off",
      () =>
        s3.send(
          new PutPublicAccessBlockCommand({
            Bucket,
            PublicAccessBlockConfiguration: {
              BlockPublicAcls: true,
              IgnorePublicAcls: true,
              BlockPublicPolicy: true,
              RestrictPublicBuckets: false,
            },
          }),
        ),
      ["public-access fail"],
    ],
    ["ACLs on", () => own("ObjectWriter"), ["ownership fail"]],
    ["no guard", () => s3.send(new DeleteBucketPolicyCommand({ Bucket })), ["guard fail"]],
    [
      "guard weaker: another condition",
      () => policy(changed(GUARD, { Condition: { Bool: { "aws:SecureTransport": "true" } } })),
      ["guard fail"],
    ],
    [
      "guard weaker: fewer resources",
      () => policy(changed(GUARD, { Resource: [LAST?.Resource].flat()[0] })),
      ["guard fail"],
    ],
    ["guard turned round", () => policy(changed(GUARD, { Effect: "Allow" })), ["guard fail"]],
    ["foreign statement", () => policy(withForeign(GUARD)), ["guard fail"]],
    ["no lifecycle", () => s3.send(new DeleteBucketLifecycleCommand({ Bucket })), ["lifecycle fail"]],
    [
      "current objects expire",
      () =>
        lifecycle([
          HISTORY_RULE,
          { ID: "old", Status: "Enabled", Filter: { Prefix: "app/" }, Expiration: { Days: 30 } },
        ]),
      ["lifecycle fail"],
    ],
    [
      "history trimmed earlier",
      () =>
        lifecycle([HISTORY_RULE, { ...HISTORY_RULE, ID: "eager", NoncurrentVersionExpiration: { NoncurrentDays: 1 } }]),
      ["lifecycle fail"],
    ],
    [
      "states go to an archive",
      () =>
        lifecycle([
          HISTORY_RULE,
          {
            ID: "cold",
            Status: "Enabled",
            Filter: { Prefix: "" },
            Transitions: [{ Days: 30, StorageClass: "GLACIER" }],
          },
        ]),
      ["lifecycle fail"],
    ],
    ["logs off", () => logTo(undefined), ["logs fail"]],
    ["logs elsewhere", () => logTo("elsewhere/"), ["logs fail"]],
    ["state with SSE-S3", () => put(STATE, "{}", { ServerSideEncryption: "AES256" }), ["state-encryption fail"]],
    [
      "a lock of another path",
      () => put(`${STATE}.tflock`, lockBody("A", { Path: "old-bucket/x" })),
      ["stale-locks fail"],
    ],
    [
      "a restored lock at a key that no consumer has",
      () => put("gone.tflock", lockBody("A", { Path: "old-bucket/x" })),
      ["other-locks fail"],
    ],
  ];

  it.each(DRIFTS)("finds: %s", async (_name, plant, expected) => {
    await plant();
    expect(await findings(["--no-probe"])).toEqual({ code: 1, found: expected });
  });

  it("finds another region, another bucket's copies, and somebody who is told of states", async () => {
    standIn.onRequest(({ operation }) => {
      if (operation === "HeadBucket") return { status: 200, headers: { "x-amz-bucket-region": "eu-west-3" } };
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
      found: ["region fail", "replication fail", "notifications fail"],
    });
  });

  it("calls what it may not read ?, never fine, and exits 2", async () => {
    standIn.onRequest(() => answer(403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"));
    const { code, stdout } = await verify(["--json"]);
    const { findings: all } = verifySchema.parse(JSON.parse(stdout));
    expect(code).toBe(2);
    expect(all.filter(({ result }) => result !== "unknown")).toEqual([]);
    expect(all.length).toBeGreaterThanOrEqual(19);
  });

  it("tells a bucket that is not there from one that is somebody else's", async () => {
    const flags = (name: string): string[] => [
      "--bucket",
      name,
      "--region",
      REGION,
      "--expected-bucket-owner",
      standIn.accountId,
    ];
    expect((await findings(["--no-probe", ...flags("not-there")])).found).toContain("presence fail");
    standIn.markForeign(Bucket);
    expect((await findings(["--no-probe", ...flags(Bucket)])).found).toContain("presence unknown");
  });

  it("asks of a bucket it did not make only what every state bucket needs", async () => {
    await logTo("elsewhere/");
    await encryptWith(undefined);
    await policy(withForeign(GUARD));
    expect(await findings(["--bucket", Bucket, "--region", REGION])).toEqual({ code: 0, found: [] });
    await versioning("Suspended");
    expect(await findings(["--bucket", Bucket, "--region", REGION])).toEqual({ code: 1, found: ["versioning fail"] });
  });

  it("finds a store whose lock locks nobody, and takes its probe away", async () => {
    standIn.onRequest((_record, request) => {
      delete (request.headers as Record<string, string>)["if-none-match"];
    });
    expect(await findings()).toEqual({ code: 1, found: ["lock-probe fail"] });
    const left = (await runStatelock(["locks", "list", "--json"], { workingDirectory: project })).stdout;
    expect((JSON.parse(left) as { locks: unknown[] }).locks).toEqual([]);
  });

  it("is back to fine when a drift is mended", async () => {
    await kms.send(new DisableKeyCommand({ KeyId: keyId() }));
    expect((await findings(["--no-probe"])).code).toBe(1);
    await kms.send(new EnableKeyCommand({ KeyId: keyId() }));
    expect((await findings(["--no-probe"])).code).toBe(0);
  });
});
