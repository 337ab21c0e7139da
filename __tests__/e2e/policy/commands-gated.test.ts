import { CreateRoleCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { papersOf } from "../../../lib/home/papers";
import { readFileSync, rmSync } from "node:fs";
import { Agent } from "node:https";
import { join } from "node:path";
import { verifySchema } from "../../../lib/verify/verify-report";
import type * as Connect from "../../../lib/aws/connect";
import type { EncryptionConfig } from "../../../lib/config/state-config";
import type { StateHome } from "../../../lib/config/state-home";
import type { AccessLevel } from "../../../lib/policy/access-level";
import type { PolicyDocument } from "../../../lib/policy/policy-document";
import { lockBody } from "../../../lab/memory/memory-s3";
import { BUCKET, GoodBucket, REGION, STATE, TABLE } from "../../support/good-bucket";
import { home, IN_BUCKET, role, keyPolicyOf } from "../../support/home";
import { runStatelock, type Run } from "../../support/run-command";
import { synthesizedFolder } from "../../support/synthesized-folder";
import { describeE2e } from "../../support/describe-e2e";
import { sampled } from "../../support/full";
import { policyGate, SETUP_KEY, type PolicyGate } from "../../../lab/policy-gate/policy-gate";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { ACCOUNT_ID, startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import { temporaryTlsIdentity, type TemporaryTlsIdentity } from "../../../lab/stand-in/tls-identity";

/** The certificate that clients trust: the guard refuses what does not come over TLS. */
const mockTrust = { ca: "" };

jest.mock("../../../lib/aws/connect", () => {
  const actual = jest.requireActual<typeof Connect>("../../../lib/aws/connect");
  const trusting = <Client extends { config: { requestHandler: unknown } }>(client: Client): Client => {
    const handler = client.config.requestHandler as { updateHttpClientConfig(key: string, value: unknown): void };
    handler.updateHttpClientConfig("httpsAgent", new Agent({ ca: mockTrust.ca }));
    return client;
  };
  return {
    ...actual,
    s3Client: (place: Connect.AwsPlace) => trusting(actual.s3Client(place)),
    stsClient: (place: Connect.AwsPlace) => trusting(actual.stsClient(place)),
    kmsClient: (place: Connect.AwsPlace) => trusting(actual.kmsClient(place)),
    iamClient: (place: Connect.AwsPlace) => trusting(actual.iamClient(place)),
    dynamoDbClient: (place: Connect.AwsPlace) => trusting(actual.dynamoDbClient(place)),
  };
});

const LOCK = `${STATE}.tflock`;
const FOREIGN_LOCK = "other/terraform.tfstate.tflock";

const CI_USER = `arn:aws:iam::${ACCOUNT_ID}:user/ci`;

const homeWith = (encryption: EncryptionConfig): StateHome =>
  home(
    {
      bucket: {
        name: BUCKET,
        region: REGION,
        encryption,
        guard: { deployers: [role("deployer"), CI_USER], breakGlass: [role("break-glass")] },
      },
      legacyTable: TABLE,
      consumers: [
        { name: "app", key: STATE, access: { reader: [role("reader")], unlocker: [role("unlocker")] } },
        { name: "other" },
      ],
    },
    IN_BUCKET,
  );

const HOMES = [
  ["SSE-S3", homeWith({ type: "sse-s3" })],
  ["a KMS key of its own", homeWith({ type: "created-key" })],
] as const;

describeE2e("the commands behind the policies", ["moto-server", "openssl"], () => {
  describe.each(HOMES)("with %s", (_name, of) => {
    commandsBehindPolicies(of);
  });
});

/** A bucket of this home, behind its policies, and every level's view of it. */
function commandsBehindPolicies(HOME: StateHome): void {
  const hasKey = HOME.bucket.encryption.type === "created-key";
  let tls: TemporaryTlsIdentity;
  let gate: PolicyGate;
  let standIn: StandIn;
  let bucket: GoodBucket;
  let folder = "";

  beforeAll(async () => {
    tls = temporaryTlsIdentity();
    mockTrust.ca = tls.cert;
    const { guard, consumers } = papersOf(HOME);
    gate = policyGate({ account: ACCOUNT_ID, region: REGION });
    gate.world.buckets.set(BUCKET, { name: BUCKET, account: ACCOUNT_ID, region: REGION, policy: guard });
    for (const { level, document } of consumers[0]?.policies ?? []) may(level, document);
    may("break-glass", allow(["s3:*", ...(hasKey ? ["kms:Decrypt"] : [])]));
    standIn = await startStandIn({ gates: [gate.handler], tls, region: REGION });
    Object.assign(process.env, standIn.env);
    const credentials = { accessKeyId: SETUP_KEY, secretAccessKey: "x" };
    bucket = new GoodBucket(HOME, { credentials, requestHandler: { httpsAgent: new Agent({ ca: tls.cert }) } });
    folder = synthesizedFolder(HOME);
    await bucket.make();
    await bucket.iam.send(new CreateUserCommand({ UserName: "ci" }));
    for (const RoleName of ["deployer", "break-glass"])
      await bucket.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: "{}" }));
    if (hasKey) nameKey(gate, bucket.keyArn);
    await bucket.put(FOREIGN_LOCK, lockBody("B", { Path: `${BUCKET}/other/terraform.tfstate` }));
  });

  beforeEach(async () => {
    await bucket.put(LOCK, lockBody("A"));
    standIn.clear();
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true });
    bucket.close();
    await standIn.stop();
    tls.remove();
  });

  function may(who: AccessLevel | "break-glass" | "auditor", document: PolicyDocument): void {
    gate.world.principals.set(who, { arn: role(who), policies: [document] });
  }

  function as(who: string, args: readonly string[]): Promise<Run> {
    process.env["AWS_ACCESS_KEY_ID"] = who;
    return runStatelock([...args, "--json"], { workingDirectory: folder });
  }

  /** What was written, and how it was answered. */
  const writes = (): string[] =>
    standIn
      .requests()
      .filter(({ operation }) => /^(Put|Delete|Create|Copy)/.test(operation))
      .map(({ operation, key, status }) => `${operation} ${key ?? ""} ${String(status)}`);

  const findings = async (who: string, args: readonly string[]): Promise<[number, Map<string, string>]> => {
    const { code, stdout } = await as(who, ["verify", ...args]);
    const found = verifySchema.parse(JSON.parse(stdout)).findings;
    return [code, new Map(found.map((each) => [`${each.title.split(":")[0] ?? ""} ${each.code}`, each.result]))];
  };

  const problems = ({ stdout }: Run): string[] =>
    (JSON.parse(stdout) as { problems: { code: string; fix: string }[] }).problems.map(
      ({ code, fix }) => `${code}: ${fix.split(" on ")[0] ?? ""}`,
    );

  describe("a reader", () => {
    it("verifies the states it may read, calls everything else ?, and writes nothing", async () => {
      await bucket.remove(LOCK);
      standIn.clear();
      const [code, found] = await findings("reader", ["--no-probe"]);
      const fine = [...found].filter(([, result]) => result === "pass").map(([name]) => name);
      expect(code).toBe(2);
      expect([...found.values()]).not.toContain("fail");
      // Which key the alias belongs to is not the reader's to know.
      expect(fine).toEqual([...(hasKey ? [] : ["app state-encryption"]), "app stale-locks"]);
      expect(writes()).toEqual([]);
    });

    it("never reports a lock as fine that it may list but not read", async () => {
      const [, found] = await findings("reader", ["--no-probe"]);
      expect(found.get("app stale-locks")).toBe("unknown");
    });

    it("leaves no probe", async () => {
      const [code, found] = await findings("reader", []);
      expect([code, found.get("the lock locks lock-probe")]).toEqual([2, "unknown"]);
      expect(writes()).toEqual([expect.stringMatching(/^PutObject \.statelock\/probe-\S+ 403$/)]);
    });

    it.each([
      [["locks", "list"], "aws-call: Grant s3:ListBucket"],
      [["locks", "show", STATE], "aws-call: Grant s3:GetObject and s3:ListBucket"],
      [["locks", "wait", STATE, "--timeout", "0"], "aws-call: Grant s3:GetObject and s3:ListBucket"],
    ])("is refused %j, cleanly", async (args, expected) => {
      const run = await as("reader", args);
      expect([run.code, ...problems(run)]).toEqual([2, expected]);
    });
  });

  const release = (key = STATE, id = "A"): string[] => [
    ...["locks", "release", key, "--id", id, "--reason", "the runner died", "--yes"],
  ];

  describe("an unlocker", () => {
    it("sees the lock, and not the state", async () => {
      const { code, stdout } = await as("unlocker", ["locks", "show", STATE]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ lock: { holder: { id: "A" }, stateWrittenSince: null } });
    });

    it("waits for the lock while it is held, and does not take a 403 for free", async () => {
      const wait = ["locks", "wait", STATE, "--timeout", "0"];
      expect((await as("unlocker", wait)).code).toBe(1);
      await bucket.remove(LOCK);
      expect((await as("unlocker", wait)).code).toBe(2);
    });

    it("releases it, by its ETag", async () => {
      const { code, stdout } = await as("unlocker", release());
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        outcome: "released",
        audit: { by: { arn: expect.any(String) as unknown } },
      });
      expect(writes()).toEqual([`DeleteObject ${LOCK} 204`]);
    });

    it("is refused another consumer's lock, the list of all, and what verify asks for", async () => {
      expect((await as("unlocker", release("other/terraform.tfstate", "B"))).code).toBe(2);
      expect(await bucket.text(FOREIGN_LOCK)).toContain('"ID":"B"');
      const list = await as("unlocker", ["locks", "list"]);
      expect([list.code, ...problems(list)]).toEqual([2, "aws-call: Grant s3:ListBucket"]);
      const [code, found] = await findings("unlocker", ["--no-probe"]);
      expect([code, new Set(found.values())]).toEqual([2, new Set(["unknown"])]);
      expect(writes()).toEqual([]);
    });
  });

  it("a reader's release is refused before anything is deleted", async () => {
    const { code, stdout } = await as("reader", release());
    expect([code, (JSON.parse(stdout) as { outcome: string }).outcome]).toEqual([2, "unknown"]);
    expect(writes()).toEqual([]);
  });

  it("break-glass releases any lock, by its ETag", async () => {
    const { code, stdout } = await as("break-glass", release("other/terraform.tfstate", "B"));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "released" });
    const [deleted] = standIn.requests().filter(({ operation }) => operation === "DeleteObject");
    expect(deleted?.headers["if-match"]).toMatch(/^"/);
    await bucket.put(FOREIGN_LOCK, lockBody("B", { Path: `${BUCKET}/other/terraform.tfstate` }));
  });

  describe("an auditor with what docs/reference/checks.md lists", () => {
    const rows = readFileSync(join(PROJECT_ROOT, "docs", "reference", "checks.md"), "utf8").matchAll(
      /^\| `([a-z-]+)` .*\| (.*) \|$/gm,
    );
    const needs = [...rows].map(([, code = "", reads = ""]) => ({
      code,
      actions: [...reads.matchAll(/`((?:s3|dynamodb|kms|iam):\w+)`/g)]
        .map(([, action = ""]) => action)
        .filter((action) => hasKey || !action.startsWith("kms:")),
    }));
    const readOnly = needs.filter(({ code }) => !code.startsWith("lock-"));
    const actions = [...new Set(readOnly.flatMap((need) => need.actions))];
    const audit = async (granted: readonly string[]): Promise<[number, string[]]> => {
      may("auditor", allow(granted));
      const [code, found] = await findings("auditor", ["--no-probe"]);
      return [code, [...found].filter(([, result]) => result !== "pass").map(([name, result]) => `${name} ${result}`)];
    };

    it("finds everything fine, and has written nothing", async () => {
      expect(actions.length).toBeGreaterThan(12);
      expect(await audit(actions)).toEqual([0, []]);
      expect(writes()).toEqual([]);
    });

    // S3 says in HeadBucket's answer where the bucket is, so that its location is seldom asked for.
    it.each(
      sampled(
        actions.filter((action) => action !== "s3:GetBucketLocation"),
        5,
      ),
    )("without %s calls ? what needs it, and nothing else wrong", async (action) => {
      const [code, found] = await audit(actions.filter((other) => other !== action));
      const first = needs.find((need) => need.actions.includes(action))?.code ?? "";
      expect(code).toBe(2);
      expect(found.join()).toContain(`${first} unknown`);
      expect(found.join()).not.toContain("fail");
    });
  });

  it("the gate knew every request", () => {
    expect(gate.unmapped()).toEqual([]);
  });

  /** The bucket's default key, which is there once the bucket is. */
  function nameKey({ world }: PolicyGate, arn: string): void {
    const [made] = world.buckets.values();
    if (made !== undefined) world.buckets.set(BUCKET, { ...made, kmsKey: arn });
    world.keys.set(arn, { arn, alias: `alias/${BUCKET}`, policy: keyPolicyOf(HOME), bucketKey: true });
  }
}

function allow(actions: readonly string[]): PolicyDocument {
  const statement = { Sid: "Allow", Effect: "Allow", Action: [...actions], Resource: "*" } as const;
  return { Version: "2012-10-17", Statement: [statement] };
}
