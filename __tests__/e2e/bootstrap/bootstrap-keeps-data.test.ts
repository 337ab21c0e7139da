import { rmSync, writeFileSync } from "node:fs";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { GetBucketPolicyCommand, HeadBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { homeProject, type HomeProject } from "../../support/steps/home-project";
import { jsonAnswer, refusal } from "../../support/steps/json-answer";
import { writtenRequests } from "../../support/steps/written-requests";
import type { ConfigPart } from "../../support/home";
import { describeE2e } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";

const NAME = "kept-tfstate";
const RECORD = "bootstrap.state.json";
const ALIAS = `alias/${NAME}`;
const FULL = { name: NAME, encryption: { type: "created-key" }, accessLogs: {} } as const;
const DEMO = { name: "demo", type: "cdktf" } as const;
const CONSUMERS = [DEMO, { name: "app" }];
const STATE = {
  ...{ version: 4, terraform_version: "1.11.4", serial: 1, lineage: "a", outputs: {}, check_results: null },
  resources: [{ mode: "managed", type: "t", name: "n", provider: "p", instances: [{ attributes: {} }] }],
};

describeE2e("statelock bootstrap, after an edit that drops data", ["terraform", "aws-provider", "moto-server"], () => {
  let standIn: StandIn;
  let aws: AwsClients;
  let home: HomeProject;
  const projects: HomeProject[] = [];

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    aws = awsClients(standIn);
    home = homeProject(standIn, { config: { bucket: FULL, consumers: CONSUMERS } });
    projects.push(home);
    await home.attachProvider();
    requireSuccess(await home.bootstrap(["--yes"]));
  });

  afterAll(async () => {
    await Promise.all(projects.map((project) => project.remove()));
    aws.close();
    await standIn.stop();
  });

  /** A copy of a deployed checkout with another config. */
  async function edited(
    bucket: ConfigPart["bucket"],
    from = home,
    consumers: ConfigPart["consumers"] = CONSUMERS,
  ): Promise<HomeProject> {
    const project = homeProject(standIn, { from, config: { bucket: { name: NAME, ...bucket }, consumers } });
    projects.push(project);
    await project.attachProvider();
    return project;
  }

  const written = (project: HomeProject): string[] =>
    writtenRequests(project.requests()).filter((request) => !request.includes(".tflock"));
  const record = (project: HomeProject): object => JSON.parse(project.read(RECORD) ?? "") as object;

  async function expectKept(): Promise<void> {
    expect((await aws.kms.send(new DescribeKeyCommand({ KeyId: ALIAS }))).KeyMetadata?.KeyState).toBe("Enabled");
    await aws.s3.send(new HeadBucketCommand({ Bucket: `${NAME}-logs` }));
  }

  it("records what is deployed, and synth refuses to drop it, for cdktf deploy too", async () => {
    expect(record(home)).toMatchObject({
      deployed: {
        encryption: "created-key",
        createdKey: { alias: ALIAS, keyArn: expect.stringContaining(":key/") as string },
        logBucket: `${NAME}-logs`,
        consumers: [
          { name: "demo", key: "demo/terraform.tfstate" },
          { name: "app", key: "app/terraform.tfstate" },
        ],
      },
    });
    const project = await edited({});
    expect(refusal(await project.bootstrap(["--yes", "--json"]))).toEqual([1, "destroys-data", "destroys-data"]);
    const synth = await project.run("npm", ["run", "synth"]);
    expect([synth.code, synth.stderr.includes("[destroys-data]")]).toEqual([1, true]);
    expect(project.requests()).toEqual([]);
  });

  it("names the created key by its ARN from then on, and finds it again without the record", async () => {
    const { createdKey } = (record(home) as { deployed: { createdKey: { keyArn: string } } }).deployed;
    const backend = { encrypt: true, kms_key_id: createdKey.keyArn };
    const inventory = (project: HomeProject): unknown => JSON.parse(project.read("cdktf.out/inventory.json") ?? "");
    expect(inventory(home)).toMatchObject({ bootstrap: { backend }, consumers: [{ backend }, { backend }] });
    const guard = await aws.s3.send(new GetBucketPolicyCommand({ Bucket: NAME }));
    expect([guard.Policy?.includes(createdKey.keyArn), guard.Policy?.includes(":key/*")]).toEqual([true, false]);

    const project = await edited(FULL);
    rmSync(project.path(RECORD));
    const lost = await project.run("npm", ["run", "synth"]);
    expect([lost.code, lost.stderr.includes("[key-arn-lost]")]).toEqual([1, true]);
    const again = await project.bootstrap(["--yes", "--json"]);
    expect(jsonAnswer(again)).toMatchObject({ outcome: "deployed", changes: [] });
    expect(record(project)).toEqual(record(home));
    expect(inventory(project)).toMatchObject({ bootstrap: { backend }, consumers: [{ backend }, { backend }] });
  });

  it("refuses the plan itself where the record has no list", async () => {
    const project = await edited({});
    writeFileSync(project.path(RECORD), JSON.stringify({ ...record(project), deployed: undefined }));
    const codes = ["destroys-data", "destroys-data", "destroys-data"];
    expect(refusal(await project.bootstrap(["--yes", "--json"]))).toEqual([1, ...codes]);
    expect(written(project)).toEqual([]);
    await expectKept();
  });

  it("keeps the policies of a consumer that left the config while its state exists", async () => {
    const project = await edited(FULL, home, [DEMO]);
    const synth = await project.run("npm", ["run", "synth"]);
    expect([synth.code, synth.stderr.includes('must keep "app"')]).toEqual([1, true]);
    const of = { Bucket: NAME, Key: "app/terraform.tfstate" };
    await aws.s3.send(new PutObjectCommand({ ...of, Body: JSON.stringify(STATE) }));
    const refused = await project.bootstrap(["--dry-run", "--json"]);
    expect(refusal(refused)).toEqual([1, ...Array<string>(4).fill("destroys-data")]);
    expect(jsonAnswer(refused).problems?.[0]?.message).toContain(`s3://${NAME}/app/terraform.tfstate`);

    await aws.s3.send(new PutObjectCommand({ ...of, Body: JSON.stringify({ ...STATE, resources: [] }) }));
    const allowed = await project.bootstrap(["--dry-run", "--json"]);
    expect(jsonAnswer(allowed)).toMatchObject({ outcome: "would-change" });
  });

  it("lets go of both in two steps, and AWS keeps them", async () => {
    const first = await edited({
      retiredKeys: [{ alias: ALIAS, management: "kept" }],
      retiredLogBucket: "released",
      guard: { allow: ["any-encryption"] },
    });
    const kept = await first.bootstrap(["--yes", "--json"]);
    requireSuccess(kept);
    const forgotten = (jsonAnswer(kept).changes ?? []).filter(({ action }) => action === "forget");
    expect(forgotten.map(({ address }) => address.split(".")[0]).sort()).toContain("aws_s3_bucket");
    expect(record(first)).toMatchObject({ deployed: { encryption: "sse-s3", createdKey: { alias: ALIAS } } });
    expect(record(first)).not.toHaveProperty("deployed.logBucket");

    const second = await edited({ retiredKeys: [{ alias: ALIAS, management: "released" }] }, first);
    const early = await second.bootstrap(["--yes", "--json"]);
    expect(refusal(early)).toEqual([1, "destroys-data"]);
    expect(jsonAnswer(early).problems?.[0]?.message).toContain(`s3://${NAME}/app/terraform.tfstate`);
    const rewritten = { Bucket: NAME, Key: "app/terraform.tfstate", Body: JSON.stringify(STATE) };
    await aws.s3.send(new PutObjectCommand({ ...rewritten, ServerSideEncryption: "AES256" }));
    requireSuccess(await second.bootstrap(["--yes", "--json"]));
    expect(record(second)).not.toHaveProperty("deployed.createdKey");

    const third = await edited({}, second);
    expect(jsonAnswer(await third.bootstrap(["--dry-run", "--json"]))).toMatchObject({ outcome: "unchanged" });
    await expectKept();
  });
});
