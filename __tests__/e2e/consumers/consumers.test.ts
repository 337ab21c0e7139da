import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { parseLockInfo } from "../../../lib/lock/lock-info";
import type { PolicyDocument } from "../../../lib/policy/policy-document";
import { KEY_ARN } from "../../support/home";
import { allowedActions } from "../../support/iam";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { objectKeys, objectText } from "../../support/steps/bucket-contents";
import { consumerRoot, type BackendWay, type ConsumerRoot } from "../../support/steps/consumer-root";
import { homeProject, type HomeProject } from "../../support/steps/home-project";
import { describeE2e } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import { accessDenied } from "../../../lab/requests/s3-error";
import { startStandIn, type RequestRecord, type StandIn } from "../../../lab/stand-in/stand-in";
import { createWorkspace } from "../../../lab/machine/workspace";
import { engineDifferences } from "../../../lab/machine/engine-differences";

/** The action that S3 asks for each operation a backend may use; HEAD is judged as a read. */
const ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: "s3:GetObject",
  GetObject: "s3:GetObject",
  PutObject: "s3:PutObject",
  CreateMultipartUpload: "s3:PutObject",
  UploadPart: "s3:PutObject",
  CompleteMultipartUpload: "s3:PutObject",
  DeleteObject: "s3:DeleteObject",
  ListObjectsV2: "s3:ListBucket",
};

const BUCKET = "acme-tfstate";

describeE2e("consumers", ["terraform", "moto-server"], () => {
  let standIn: StandIn;
  let aws: AwsClients;
  let project: HomeProject;
  const roots: ConsumerRoot[] = [];

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    aws = awsClients(standIn);
    await aws.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const plain = ["hcl", "json", "partial", "held", "killed", "large"].map((name) => ({ name }));
    project = homeProject(standIn, {
      config: {
        consumers: [
          { name: "demo", type: "cdktf" },
          { name: "teams", key: "teams/app.tfstate", workspaceKeyPrefix: "teams/workspaces" },
          { name: "sealed", kmsKeyArn: KEY_ARN },
          ...plain,
        ],
      },
    });
    requireSuccess(await project.run("npx", ["tsx", "main.ts"]));
  });

  afterAll(async () => {
    aws.close();
    await Promise.all([...roots.map((root) => root.workspace.remove()), project.remove()]);
    await standIn.stop();
  });

  async function root(consumer: string, way?: BackendWay): Promise<ConsumerRoot> {
    const made = await consumerRoot(standIn.env, project.path("cdktf.out", "backends"), consumer, way);
    roots.push(made);
    return made;
  }

  /** What Terraform asked for below a prefix; the test's own looks are left out. */
  function requestsOf(prefix: string): RequestRecord[] {
    const ofTerraform = standIn.requests().filter(({ accessKeyId }) => accessKeyId !== "TEST");
    return ofTerraform.filter(({ key, query }) => (key ?? query["prefix"] ?? "").startsWith(prefix));
  }

  /** The requests that an emitted policy does not allow, as `operation key`. */
  function outside(policy: string, requests: readonly RequestRecord[]): string[] {
    const document = JSON.parse(project.read("cdktf.out", "policies", policy) ?? "") as PolicyDocument;
    return requests
      .filter(({ operation, key, query, headers }) => {
        const context = {
          ...(query["prefix"] === undefined ? {} : { "s3:prefix": query["prefix"] }),
          ...(headers["if-none-match"] === undefined ? {} : { "s3:if-none-match": headers["if-none-match"] }),
        };
        const resource = `arn:aws:s3:::${BUCKET}${key === undefined ? "" : `/${key}`}`;
        return !allowedActions(document, resource, context).includes(ACTIONS[operation] ?? "");
      })
      .map(({ operation, key }) => `${operation} ${key ?? ""}`);
  }

  it.each<[string, BackendWay]>([
    ["hcl", "backend.tf"],
    ["json", "backend.tf.json"],
    ["partial", "partial configuration"],
  ])("%s: init, apply, plan and destroy by %s, within the applier's policy", async (name, way) => {
    const consumer = await root(name, way);
    await consumer.succeed("apply", "-auto-approve");
    const plan = await consumer.terraform("plan", "-detailed-exitcode");
    await consumer.succeed("destroy", "-auto-approve");

    expect(plan.code).toBe(0);
    expect(await objectKeys(aws.s3, BUCKET, `${name}/`)).toEqual([`${name}/terraform.tfstate`]);
    const made = requestsOf(`${name}/`);
    expect(outside(`${name}.applier.json`, made)).toEqual([]);
    expect(outside(`${name}.planner.json`, made)).toEqual(Array(2).fill(`PutObject ${name}/terraform.tfstate`));
  });

  it("writes a backend.tf that terraform fmt leaves alone", async () => {
    const { code, stdout } = await project.terraform(["fmt", "-check", "-recursive"], {
      cwd: project.path("cdktf.out", "backends"),
    });
    expect([code, stdout]).toEqual([0, ""]);
  });

  it("takes the lock by a conditional write, refuses a second run with the holder's ID, and releases it", async () => {
    const lock = "held/terraform.tfstate.tflock";
    const consumer = await root("held");
    const apply = await consumer.holdApply();
    const holder = parseLockInfo((await objectText(aws.s3, BUCKET, lock)) ?? "");
    const refused = await consumer.terraform("plan");
    consumer.letGo();
    requireSuccess(await apply.done);

    expect(holder).toMatchObject({ Operation: "OperationTypeApply", Path: `${BUCKET}/held/terraform.tfstate` });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(holder?.ID ?? "no ID")]);
    const puts = requestsOf(lock).filter(({ operation }) => operation === "PutObject");
    expect(puts.map(({ headers, status }) => [headers["if-none-match"], status])).toEqual([
      ["*", 200],
      ["*", 412],
    ]);
    expect(await objectText(aws.s3, BUCKET, lock)).toBeUndefined();
  });

  it("leaves the lock of a run that was killed, for force-unlock with its ID", async () => {
    const lock = "killed/terraform.tfstate.tflock";
    const consumer = await root("killed");
    const apply = await consumer.holdApply();
    apply.killAll("SIGKILL");
    await apply.done;
    const id = parseLockInfo((await objectText(aws.s3, BUCKET, lock)) ?? "")?.ID ?? "";

    const wrong = await consumer.terraform("force-unlock", "-force", "00000000-0000-4000-8000-000000000000");
    expect(wrong.code).toBe(1);
    expect((await consumer.terraform("plan")).code).toBe(1);
    await consumer.succeed("force-unlock", "-force", id);
    await consumer.succeed("plan");
  });

  it("releases a lock under the unlocker's policy alone, in a folder whose init was refused the state", async () => {
    const lock = { Bucket: BUCKET, Key: "hcl/terraform.tfstate.tflock" };
    const ID = "24ee7454-f4a7-4bfb-9d54-6f1d4b1f5c11";
    const body = { ID, Operation: "OperationTypeApply", Info: "", Who: "ci@runner", Version: "1.11.4" };
    const info = { ...body, Created: "2026-01-02T03:04:05Z", Path: `${BUCKET}/hcl/terraform.tfstate` };
    await aws.s3.send(new PutObjectCommand({ ...lock, Body: JSON.stringify(info) }));
    const disarm = standIn.onRequest((request) => {
      const refused = request.accessKeyId === "UNLOCKER" && request.service === "s3";
      return refused && outside("hcl.unlocker.json", [request]).length > 0 ? accessDenied() : undefined;
    });
    const folder = createWorkspace({ env: { ...standIn.env, AWS_ACCESS_KEY_ID: "UNLOCKER" } });
    folder.write("backend.tf", project.read("cdktf.out", "backends", "hcl", "backend.tf") ?? "");
    const init = await folder.terraform(["init"]);
    const unlock = await folder.terraform(["force-unlock", "-force", ID]);
    disarm();
    await folder.remove();

    expect([init.code, unlock.code]).toEqual([1, 0]);
    expect(init.stderr).toContain("StatusCode: 403");
    expect(await objectText(aws.s3, BUCKET, lock.Key)).toBeUndefined();
    const reads = standIn.requests().filter(({ accessKeyId, key }) => accessKeyId === "UNLOCKER" && key !== undefined);
    expect(reads.map(({ operation, key, status }) => `${operation} ${key ?? ""} ${String(status)}`)).toEqual([
      "HeadObject hcl/terraform.tfstate 403",
      "GetObject hcl/terraform.tfstate.tflock 200",
      "DeleteObject hcl/terraform.tfstate.tflock 204",
    ]);
  });

  it("uploads a state over 5 MiB, in parts under Terraform, within the applier's policy", async () => {
    const consumer = await root("large");
    await consumer.succeed("apply", "-auto-approve", "-var=blocks=100");

    const key = "large/terraform.tfstate";
    const operations = new Set(
      requestsOf("large/")
        .filter((request) => request.key === key)
        .map(({ operation }) => operation),
    );
    const parts = ["CreateMultipartUpload", "CompleteMultipartUpload"];
    expect([...operations]).toEqual(expect.arrayContaining(engineDifferences().uploadsInParts ? parts : ["PutObject"]));
    expect(outside("large.applier.json", requestsOf("large/"))).toEqual([]);
    expect((await objectText(aws.s3, BUCKET, key))?.length).toBeGreaterThan(5 * 1024 * 1024);
  });

  it("keeps workspaces below their own prefix, within the workspace admin's policy", async () => {
    const consumer = await root("teams");
    await consumer.succeed("apply", "-auto-approve");
    await consumer.succeed("workspace", "new", "blue");
    await consumer.succeed("apply", "-auto-approve");
    const states = await objectKeys(aws.s3, BUCKET, "teams/");
    const list = await consumer.succeed("workspace", "list");
    const inExisting = requestsOf("teams/").length;
    await consumer.succeed("plan");
    const used = requestsOf("teams/").slice(inExisting);
    await consumer.succeed("destroy", "-auto-approve");
    await consumer.succeed("workspace", "select", "default");
    await consumer.succeed("workspace", "delete", "blue");

    expect(states).toEqual(["teams/app.tfstate", "teams/workspaces/blue/teams/app.tfstate"]);
    expect(list.stdout).toContain("blue");
    expect(await objectKeys(aws.s3, BUCKET, "teams/")).toEqual(["teams/app.tfstate"]);
    expect(outside("teams.workspace-admin.json", requestsOf("teams/"))).toEqual([]);
    expect(outside("teams.planner.json", used)).toEqual([]);
    expect(outside("teams.applier.json", requestsOf("teams/"))).toEqual([
      "DeleteObject teams/workspaces/blue/teams/app.tfstate",
    ]);
  });

  it("encrypts state and lock alike, as the backend says", async () => {
    const consumer = await root("sealed");
    await consumer.succeed("apply", "-auto-approve");

    const headers = (prefix: string): unknown[] =>
      requestsOf(prefix)
        .filter(({ operation }) => operation === "PutObject")
        .map((request) => [
          request.headers["x-amz-server-side-encryption"],
          request.headers["x-amz-server-side-encryption-aws-kms-key-id"],
        ]);
    expect(headers("sealed/")).toEqual(Array(2).fill(["aws:kms", KEY_ARN]));
    expect(new Set(headers("held/").map(String))).toEqual(new Set(["AES256,"]));
  });

  it("leaves encryption to the bucket's default, for state and lock alike, where that is a key still to be made", async () => {
    const Bucket = "sealed-tfstate";
    const sealing = { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: KEY_ARN };
    const Rules = [{ ApplyServerSideEncryptionByDefault: sealing, BucketKeyEnabled: true }];
    await aws.s3.send(new CreateBucketCommand({ Bucket }));
    await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    const home = homeProject(standIn, {
      config: {
        bucket: { name: Bucket, encryption: { type: "created-key" } },
        consumers: [{ name: "demo", type: "cdktf" }, { name: "default-key" }],
      },
    });
    requireSuccess(await home.run("npx", ["tsx", "main.ts"]));
    const consumer = await consumerRoot(standIn.env, home.path("cdktf.out", "backends"), "default-key");
    roots.push(consumer);
    await home.remove();
    await consumer.succeed("apply", "-auto-approve");

    const puts = requestsOf("default-key/").filter(({ operation }) => operation === "PutObject");
    expect(puts.map(({ headers }) => headers["x-amz-server-side-encryption"])).toEqual([undefined, undefined]);
    const state = { Bucket, Key: "default-key/terraform.tfstate" };
    expect(await aws.s3.send(new HeadObjectCommand(state))).toMatchObject({
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: KEY_ARN,
    });
  });

  it("reads another consumer's outputs without a lock, within the reader's policy", async () => {
    const app = [
      'import { App, TerraformOutput } from "cdktf";',
      'import { resolveStateHome } from "./lib";',
      'import { ConsumerStack } from "./stacks/consumer-stack";',
      'import { stateConfig } from "./state.config";',
      "class Reader extends ConsumerStack {",
      "  constructor(scope: App) {",
      '    super(scope, "demo", { home: resolveStateHome(stateConfig) });',
      '    new TerraformOutput(this, "seen", { value: this.outputsOf("teams").getString("name") });',
      "  }",
      "}",
      "const app = new App();",
      "new Reader(app);",
      "app.synth();",
    ].join("\n");
    requireSuccess(await project.run("npx", ["tsx", "-e", app], { env: { CDKTF_OUTDIR: "reader.out" } }));
    const cwd = project.path("reader.out", "stacks", "demo");
    standIn.clear();
    requireSuccess(await project.terraform(["init"], { cwd }));
    requireSuccess(await project.terraform(["apply", "-auto-approve"], { cwd }));

    const seen = requireSuccess(await project.terraform(["output", "-raw", "seen"], { cwd }));
    expect(seen.stdout).toBe("of-default");
    expect(outside("teams.reader.json", requestsOf("teams/"))).toEqual([]);
    expect(new Set(requestsOf("teams/").map(({ method }) => method))).toEqual(new Set(["GET", "HEAD"]));
  });
});
