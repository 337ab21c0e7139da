import { CreatePolicyCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import { ACCOUNT, role } from "../../support/home";
import { people } from "../../support/roles";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { objectText } from "../../support/steps/bucket-contents";
import { heldSettings } from "../../support/steps/held-settings";
import { homeProject, type HomeProject } from "../../support/steps/home-project";
import { inBackground } from "../../support/steps/in-background";
import { jsonAnswer, refusal, type JsonAnswer } from "../../support/steps/json-answer";
import { ofRun } from "../../support/steps/killable-project";
import { settled, settlement } from "../../support/steps/settlement";
import { writtenRequests } from "../../support/steps/written-requests";
import { describeE2e } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import type { CommandResult } from "../../../lab/machine/workspace";

const OLD = "grown-tfstate";
const OLD_STATE = { Bucket: OLD, Key: "legacy/terraform.tfstate" };
const readable = (bucket: string): object => ({
  Sid: "HandMade",
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: `arn:aws:s3:::${bucket}/*`,
});
const handMade = (statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const HAND_MADE = handMade({ ...readable(OLD), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } });

/** `action type` of every change, sorted. */
function actions({ changes = [] }: JsonAnswer): string[] {
  return changes.map(({ action, address }) => `${action} ${address.split(".")[0] ?? ""}`).sort();
}

describeE2e("statelock bootstrap --adopt", ["terraform", "aws-provider", "moto-server"], () => {
  let standIn: StandIn;
  let aws: AwsClients;
  let project: HomeProject;
  let sealed: HomeProject;

  interface Adoption {
    readonly refused: CommandResult;
    readonly blind: CommandResult;
    readonly shown: CommandResult;
    /** What AWS and the checkout had to say before the first run that was to change something. */
    readonly writtenBefore: readonly string[];
    readonly policyBefore: string | undefined;
    readonly adopted: CommandResult;
  }

  let adoption: Promise<Adoption>;

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    aws = awsClients(standIn);
    await grownBucket();
    project = homeProject(standIn, { config: { bucket: { name: OLD, tags: { managed_by: "statelock" } } } });
    sealed = homeProject(standIn, {
      config: {
        bucket: { name: "sealed-tfstate", encryption: { type: "created-key" }, accessLogs: {} },
        consumers: [{ name: "demo", type: "cdktf", roles: { reader: people(role("dashboards")) } }],
      },
    });
    adoption = inBackground(adopt);
  });

  afterAll(async () => {
    await Promise.allSettled([adoption]);
    await Promise.all([project.remove(), sealed.remove()]);
    aws.close();
    await standIn.stop();
  });

  async function makeBucket(name: string): Promise<void> {
    const LocationConstraint: BucketLocationConstraint = "eu-central-1";
    await aws.s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint } }));
  }

  /** A bucket as they were made by hand years ago, with somebody's state in it. */
  async function grownBucket(): Promise<void> {
    await makeBucket(OLD);
    const of = { Bucket: OLD };
    const open = { BlockPublicAcls: false, BlockPublicPolicy: false };
    const NoncurrentVersionExpiration = { NoncurrentDays: 7 };
    const Rules = [{ ID: "by-hand", Status: "Enabled" as const, Filter: { Prefix: "" }, NoncurrentVersionExpiration }];
    const OwnershipControls = { Rules: [{ ObjectOwnership: "ObjectWriter" as const }] };
    await aws.s3.send(new PutPublicAccessBlockCommand({ ...of, PublicAccessBlockConfiguration: open }));
    await aws.s3.send(new PutBucketOwnershipControlsCommand({ ...of, OwnershipControls }));
    await aws.s3.send(new PutBucketPolicyCommand({ ...of, Policy: HAND_MADE }));
    await aws.s3.send(new PutBucketTaggingCommand({ ...of, Tagging: { TagSet: [{ Key: "owner", Value: "ops" }] } }));
    await aws.s3.send(new PutBucketLifecycleConfigurationCommand({ ...of, LifecycleConfiguration: { Rules } }));
    await aws.s3.send(new PutObjectCommand({ ...OLD_STATE, Body: '{"precious":true}' }));
  }

  async function adopt(): Promise<Adoption> {
    await project.attachProvider();
    const refused = await project.bootstrap(["--yes", "--json"]);
    const disarm = standIn.onRequest((request) =>
      ofRun("GetBucketPolicy")(request, project) ? { status: 403, body: "" } : undefined,
    );
    const blind = await project.bootstrap(["--adopt", "--yes", "--json"]);
    disarm();
    const shown = await project.bootstrap(["--adopt", "--dry-run", "--json"]);
    const writtenBefore = writtenRequests(project.requests());
    const policyBefore = standIn.bucketPolicy(OLD);
    const adopted = await project.bootstrap(["--adopt", "--yes", "--json"]);
    return { refused, blind, shown, writtenBefore, policyBefore, adopted };
  }

  it("is required: without the flag, an existing bucket stays as it is", async () => {
    expect(refusal((await adoption).refused)).toEqual([1, "unclaimed-bucket"]);
  });

  it("does not take what it may not read for something that is not there", async () => {
    const { blind } = await adoption;
    expect(refusal(blind)).toEqual([2, "aws-call"]);
    expect(jsonAnswer(blind).problems?.[0]?.message).toContain("its guard be read");
  });

  it("shows what it would change before it changes anything", async () => {
    const { shown, writtenBefore, policyBefore } = await adoption;
    const { outcome, changes = [] } = jsonAnswer(shown);
    const policy = changes.find(({ address }) => address.startsWith("aws_s3_bucket_policy."));

    expect([shown.code, outcome]).toEqual([0, "would-change"]);
    expect(JSON.stringify(policy?.differences)).toContain("HandMade");
    expect(writtenBefore).toEqual([]);
    expect(policyBefore).toBe(HAND_MADE);
  });

  it("takes the bucket over: nothing is created that exists, nothing replaced, nothing deleted", async () => {
    const { adopted } = await adoption;
    requireSuccess(adopted);
    expect(actions(jsonAnswer(adopted))).toEqual([
      "create aws_iam_policy",
      "create aws_iam_policy",
      "create aws_iam_policy",
      "create aws_iam_policy",
      "create aws_s3_bucket_versioning",
      "import aws_s3_bucket_server_side_encryption_configuration",
      "update aws_s3_bucket",
      "update aws_s3_bucket_lifecycle_configuration",
      "update aws_s3_bucket_ownership_controls",
      "update aws_s3_bucket_policy",
      "update aws_s3_bucket_public_access_block",
    ]);
    const written = writtenRequests(project.requests());
    expect(written.filter((request) => /CreateBucket|DeleteBucket|DeletePublic/.test(request))).toEqual([]);
  });

  it("leaves the objects that were there as they were", async () => {
    await adoption;
    expect(await objectText(aws.s3, OLD, OLD_STATE.Key)).toBe('{"precious":true}');
    // Written before versioning was turned on, and never since.
    expect((await aws.s3.send(new HeadObjectCommand(OLD_STATE))).VersionId ?? "null").toBe("null");
  });

  it("ends with the configured settings, and its own state in the bucket", async () => {
    await adoption;
    const found = await settlement(aws.s3, project);
    expect(found).toEqual(settled(project, found.backups[0] ?? ""));
    expect(await heldSettings(aws.s3, OLD)).toMatchObject({
      versioning: "Enabled",
      ownership: "BucketOwnerEnforced",
      publicAccess: { BlockPublicAcls: true, BlockPublicPolicy: true },
      policy: JSON.parse(project.read("cdktf.out", "policies", "guard.json") ?? "") as object,
      lifecycle: [{ ID: "trim-history", NoncurrentVersionExpiration: { NewerNoncurrentVersions: 100 } }],
      tags: { managed_by: "statelock" },
    });
  });

  it("finds a key behind its alias, a log bucket, policies and made roles as well", async () => {
    const { KeyMetadata } = await aws.kms.send(new CreateKeyCommand({ KeyUsage: "ENCRYPT_DECRYPT" }));
    const KeyId = KeyMetadata?.KeyId ?? "";
    await aws.kms.send(new CreateAliasCommand({ AliasName: "alias/sealed-tfstate", TargetKeyId: KeyId }));
    for (const name of ["sealed-tfstate", "sealed-tfstate-logs"]) await makeBucket(name);
    const ofReader = { Description: "Terraform state of demo: reader", Path: "/statelock/" };
    const PolicyName = "sealed-tfstate-demo-reader";
    const policy = { ...ofReader, PolicyName, PolicyDocument: handMade(readable("sealed-tfstate")) };
    await aws.iam.send(new CreatePolicyCommand(policy));
    const RoleName = "sealed-tfstate.demo.reader";
    await aws.iam.send(new CreateRoleCommand({ ...ofReader, RoleName, AssumeRolePolicyDocument: HAND_MADE }));
    await adoption;
    await sealed.attachProvider();
    const result = await sealed.bootstrap(["--adopt", "--dry-run", "--json"]);

    const taken = actions(jsonAnswer(result)).filter((action) => !action.startsWith("create "));
    expect(taken).toEqual([
      "import aws_kms_alias",
      "import aws_s3_bucket",
      "import aws_s3_bucket_ownership_controls",
      "import aws_s3_bucket_ownership_controls",
      "import aws_s3_bucket_public_access_block",
      "import aws_s3_bucket_public_access_block",
      "import aws_s3_bucket_server_side_encryption_configuration",
      "update aws_iam_policy",
      "update aws_iam_role",
      "update aws_kms_key",
      "update aws_s3_bucket",
      "update aws_s3_bucket_server_side_encryption_configuration",
    ]);
    expect(writtenRequests(sealed.requests())).toEqual([]);
  });
});
