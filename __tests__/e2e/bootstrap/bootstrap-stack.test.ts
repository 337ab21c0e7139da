import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  ListTablesCommand,
  PutItemCommand,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import {
  CreateRoleCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
} from "@aws-sdk/client-kms";
import type { GuardConfig } from "../../../lib/config/state-config";
import { resolveStateHome } from "../../../lib/home/resolve-home";
import { logDeliveryPolicy } from "../../../lib/policy/log-delivery-policy";
import { ACCOUNT, role, type ConfigPart, keyPolicyOf } from "../../support/home";
import { GITHUB, jobs, people } from "../../support/roles";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { enforceGuards, type DeployedGuards } from "../../support/steps/deployed-guard";
import { heldSettings } from "../../support/steps/held-settings";
import { homeProject, type HomeProject } from "../../support/steps/home-project";
import { inBackground } from "../../support/steps/in-background";
import { legacyTable } from "../../support/steps/legacy-table";
import { writtenRequests } from "../../support/steps/written-requests";
import { describeE2e } from "../../support/describe-e2e";
import { OWN_VERSION } from "../../../lib/text/own-version";
import { engineDifferences } from "../../../lab/machine/engine-differences";
import { requireSuccess } from "../../../lab/machine/require-success";
import { startStandIn, type RequestRecord, type StandIn } from "../../../lab/stand-in/stand-in";
import type { PolicyDocument } from "../../../lib/policy/policy-document";
import type { CommandResult } from "../../../lab/machine/workspace";

const TAGS = { managed_by: "statelock", team: "platform" };

const BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess";

const TABLE = "grown-locks";
const DIGEST = { LockID: { S: "other/terraform.tfstate-md5" }, Digest: { S: "0".repeat(32) } };

/** A guard with everything that is off by default. */
const STRICT: GuardConfig = {
  deployers: [role("stack-deploy")],
  breakGlass: [role("break-glass")],
  breakGlassRequires: "mfa",
  accounts: ["222222222222"],
  organization: "o-abcde12345",
  organizationPolicies: true,
  organizationRole: { name: "terraform", paths: ["o-abcde12345/r-ab12/ou-ab12-11111111/*"] },
  network: { vpcEndpoints: ["vpce-0123456789abcdef0"], sourceIps: ["203.0.113.0/24"] },
};
/** Where its deployer is: outside of its networks. */
const ELSEWHERE = { "aws:SourceIp": "198.51.100.7" };

const CLOSED = {
  versioning: "Enabled",
  ownership: "BucketOwnerEnforced",
  publicAccess: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
};

/** A stack that was deployed by Terraform alone, and what Terraform said of it. */
interface Deployed {
  readonly project: HomeProject;
  readonly again: CommandResult;
}

/** The legacy table through its last two deploys. */
interface Retired {
  readonly whileProtected: TableDescription | undefined;
  readonly recovery: string | undefined;
  readonly refused: CommandResult;
  readonly whileUnprotected: TableDescription | undefined;
  readonly atTheEnd: TableDescription | undefined;
}

describeE2e("the bootstrap stack", ["terraform", "aws-provider", "moto-server"], () => {
  let standIn: StandIn;
  let aws: AwsClients;
  const projects: HomeProject[] = [];
  let plain: Promise<Deployed>;
  let created: Promise<Deployed>;
  let guards: DeployedGuards;
  let existing: Promise<Deployed>;
  let existingKey: string;
  let retired: Promise<Retired>;

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    aws = awsClients(standIn);
    for (const name of ["ci-plan", "ci-apply", "sealed-apply"])
      await aws.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: "{}" }));
    existingKey = (await aws.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";

    const deployer = { arn: role("stack-deploy"), organization: "o-abcde12345" };
    const isSealed = ({ bucket }: RequestRecord): boolean => bucket?.startsWith("sealed-home") === true;
    guards = enforceGuards(standIn, deployer, isSealed, ELSEWHERE);
    const demo = { name: "demo", type: "cdktf" } as const;
    const access = { planner: [role("ci-plan")], applier: [role("ci-apply")] };
    plain = deployed({
      consumers: [
        { ...demo, access },
        { name: "network", workspaceKeyPrefix: "network/workspaces", access },
      ],
      bucket: { name: "plain-home", tags: TAGS, history: { days: 30, newestVersions: 5 } },
    });
    created = deployed({
      consumers: [
        {
          ...demo,
          access: { applier: [role("sealed-apply")], reader: [role("statelock/sealed-home.demo.planner")] },
          roles: {
            planner: { ...jobs(), maxSessionSeconds: 7200 },
            unlocker: { ...people(role("sealed-apply")), name: "sealed-unlock", permissionsBoundary: BOUNDARY },
          },
        },
      ],
      managedPolicies: "attached",
      madeRoles: GITHUB,
      bucket: {
        name: "sealed-home",
        tags: TAGS,
        encryption: { type: "created-key" },
        accessLogs: {},
        eventBridge: true,
        guard: STRICT,
      },
    });
    await grownTable();
    const sharedKey: ConfigPart = {
      consumers: [demo],
      managedPolicies: "attached",
      bucket: { name: "shared-key-home", tags: TAGS, encryption: { type: "existing-key", keyArn: existingKey } },
    };
    existing = deployed({ ...sharedKey, legacyTable: TABLE, manageLegacyTable: "protected" });
    retired = retire([{ ...sharedKey, legacyTable: TABLE, manageLegacyTable: "unprotected" }, sharedKey]);
  });

  afterAll(async () => {
    await Promise.allSettled([plain, created, existing, retired]);
    await Promise.all(projects.map((project) => project.remove()));
    aws.close();
    await standIn.stop();
  });

  function deployed(config: ConfigPart): Promise<Deployed> {
    return inBackground(async () => {
      const project = homeProject(standIn, { config });
      projects.push(project);
      await project.attachProvider();
      const terraform = (...args: string[]): Promise<CommandResult> => project.terraform(args, { cwd: project.stack });
      requireSuccess(await project.run("npm", ["run", "synth"]));
      requireSuccess(await terraform("init"));
      requireSuccess(await terraform("apply", "-auto-approve"));
      return { project, again: await terraform("plan", "-detailed-exitcode") };
    });
  }

  it.each([
    ["SSE-S3", () => plain],
    ["a created key and access logs", () => created],
    ["an existing key", () => existing],
  ])("with %s leaves nothing to plan after its apply", async (_variant, variant) => {
    expect(await variant()).toMatchObject({ again: { code: 0, stderr: "" } });
  });

  it("makes a closed, versioned bucket whose history is trimmed by days and by count", async () => {
    const { project } = await plain;
    expect(await heldSettings(aws.s3, "plain-home")).toEqual({
      ...CLOSED,
      encryption: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
      policy: emitted(project, "guard"),
      lifecycle: [
        {
          ID: "trim-history",
          Status: "Enabled",
          Filter: { Prefix: "" },
          NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 5 },
          Expiration: { ExpiredObjectDeleteMarker: true },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
      ],
      logs: undefined,
      tags: { ...TAGS, statelock_version: OWN_VERSION },
    });
  });

  it("attaches every level's policy, word for word the emitted file, to the roles the config names", async () => {
    const { project } = await plain;
    expect(await attached("ci-plan")).toEqual(["plain-home-demo-planner", "plain-home-network-planner"]);
    expect(await attached("ci-apply")).toEqual(["plain-home-demo-applier", "plain-home-network-applier"]);
    for (const policy of ["demo.applier", "network.planner", "network.workspace-admin", "network.unlocker"])
      expect(await policyDocument(`plain-home-${policy.replace(".", "-")}`)).toEqual(emitted(project, policy));
  });

  it("makes the roles of the config, with their trust, boundary, session limit and policies", async () => {
    const { project } = await created;
    const made = async (name: string): Promise<unknown> => {
      const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName: name }));
      return {
        arn: Role?.Arn,
        trust: JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")) as unknown,
        seconds: Role?.MaxSessionDuration,
        boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
      };
    };
    expect(await made("sealed-home.demo.planner")).toEqual({
      arn: role("statelock/sealed-home.demo.planner"),
      trust: emitted(project, "demo.planner.trust"),
      seconds: 7200,
      boundary: undefined,
    });
    expect(await made("sealed-unlock")).toEqual({
      arn: role("statelock/sealed-unlock"),
      trust: emitted(project, "demo.unlocker.trust"),
      seconds: 3600,
      boundary: BOUNDARY,
    });
    expect(await attached("sealed-home.demo.planner")).toEqual(["sealed-home-demo-planner", "sealed-home-demo-reader"]);
    expect(await attached("sealed-unlock")).toEqual(["sealed-home-demo-unlocker"]);
    expect(await attached("sealed-apply")).toEqual(["sealed-home-demo-applier"]);
    const outputs = requireSuccess(await project.terraform(["output", "-json", "role_arns"], { cwd: project.stack }));
    expect(JSON.parse(outputs.stdout)).toEqual({
      "demo.planner": role("statelock/sealed-home.demo.planner"),
      "demo.unlocker": role("statelock/sealed-unlock"),
    });
  });

  async function attached(name: string): Promise<string[]> {
    const { AttachedPolicies } = await aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
    return (AttachedPolicies ?? []).map(({ PolicyName = "" }) => PolicyName).sort();
  }

  function emitted(project: HomeProject, policy: string): unknown {
    return JSON.parse(project.read("cdktf.out", "policies", `${policy}.json`) ?? "");
  }

  async function policyDocument(name: string): Promise<unknown> {
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/statelock/${name}`;
    const { Policy } = await aws.iam.send(new GetPolicyCommand({ PolicyArn }));
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await aws.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    return JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ""));
  }

  it("creates a key that rotates, encrypts with it behind a bucket key, and logs into a bucket of its own", async () => {
    const { project } = await created;
    const { KeyMetadata: key } = await aws.kms.send(new DescribeKeyCommand({ KeyId: "alias/sealed-home" }));
    const KeyId = key?.KeyId ?? "";
    const rotation = await aws.kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    const { Policy } = await aws.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));

    expect(rotation.KeyRotationEnabled).toBe(true);
    expect(JSON.parse(Policy ?? "")).toEqual(keyPolicyOf(resolveStateHome(project.config)));
    expect(await heldSettings(aws.s3, "sealed-home")).toMatchObject({
      ...CLOSED,
      encryption: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key?.Arn },
          BucketKeyEnabled: true,
        },
      ],
      lifecycle: [{ NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 100 } }],
      logs: "sealed-home-logs/sealed-home/",
      tags: TAGS,
    });
    expect(await heldSettings(aws.s3, "sealed-home-logs")).toMatchObject({
      ownership: CLOSED.ownership,
      publicAccess: CLOSED.publicAccess,
      encryption: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      policy: logDeliveryPolicy({
        partition: "aws",
        account: ACCOUNT,
        bucket: "sealed-home",
        logBucket: "sealed-home-logs",
        changers: [role("break-glass"), role("stack-deploy")],
        breakGlass: [role("break-glass")],
        breakGlassRequires: "mfa",
      }),
      versioning: "Enabled",
      lifecycle: [{ Expiration: { Days: 365 }, NoncurrentVersionExpiration: { NoncurrentDays: 30 } }],
    });
  });

  it("deploys a guard with networks, MFA and the role of many accounts, which then lets its deployer work from elsewhere", async () => {
    const { project } = await created;
    const guard = JSON.parse(standIn.bucketPolicy("sealed-home") ?? "") as PolicyDocument;
    expect(guard).toEqual(emitted(project, "guard"));
    expect(guard.Statement.map(({ Sid }) => Sid)).toEqual(
      expect.arrayContaining([
        "DenyOutsideNetwork",
        "DenyUnprovenBreakGlass",
        "DenyPostureChange",
        "OrganizationRoleList",
      ]),
    );
    expect([guards.refused, guards.unmapped]).toEqual([[], []]);
    expect(guards.judged).toEqual(
      expect.arrayContaining(["GetBucketPolicy", "GetBucketVersioning"].map((each) => `${each} sealed-home`)),
    );
    for (const name of ["guard.scp", "guard.rcp"])
      expect(emitted(project, name)).toMatchObject({ Version: "2012-10-17" });
  });

  it("encrypts with the key that exists, and makes no other", async () => {
    const { project } = await existing;
    expect(await heldSettings(aws.s3, "shared-key-home")).toMatchObject({
      ...CLOSED,
      encryption: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: existingKey },
          BucketKeyEnabled: true,
        },
      ],
    });
    expect(writtenRequests(project.requests()).filter((request) => /kms|iam/.test(request))).toEqual([]);
  });

  /** A table with something in it. It is encrypted and on demand already: moto's UpdateTable changes neither. */
  async function grownTable(): Promise<void> {
    await legacyTable(aws.dynamoDb, TABLE, { SSESpecification: { Enabled: true } });
    await aws.dynamoDb.send(new PutItemCommand({ TableName: TABLE, Item: DIGEST }));
  }

  async function describedTable(): Promise<TableDescription | undefined> {
    const { TableNames = [] } = await aws.dynamoDb.send(new ListTablesCommand({}));
    if (!TableNames.includes(TABLE)) return undefined;
    return (await aws.dynamoDb.send(new DescribeTableCommand({ TableName: TABLE }))).Table;
  }

  /** Deploys one config after the other over what stands, and looks at the table in between. */
  async function retire([unprotected, without]: readonly [ConfigPart, ConfigPart]): Promise<Retired> {
    let { project } = await existing;
    const deploy = async (config: ConfigPart, ...args: string[]): Promise<CommandResult> => {
      project = homeProject(standIn, { from: project, config });
      projects.push(project);
      await project.attachProvider();
      requireSuccess(await project.run("npm", ["run", "synth"]));
      return project.terraform(["apply", "-auto-approve", ...args], { cwd: project.stack });
    };
    const whileProtected = await describedTable();
    const backups = await aws.dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName: TABLE }));
    const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    const refused = await project.terraform(
      ["destroy", "-auto-approve", "-target=aws_dynamodb_table.legacy_table_0AF6C2EF"],
      {
        cwd: project.stack,
      },
    );
    requireSuccess(await deploy(unprotected));
    const whileUnprotected = await describedTable();
    requireSuccess(await deploy(without));
    return { whileProtected, recovery, refused, whileUnprotected, atTheEnd: await describedTable() };
  }

  it("takes a legacy table over as it is, and protects it", async () => {
    const { whileProtected, recovery, refused } = await retired;
    expect(whileProtected).toMatchObject({
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      SSEDescription: { Status: "ENABLED" },
      DeletionProtectionEnabled: true,
      ItemCount: 1,
    });
    expect(recovery).toBe("ENABLED");
    expect(refused.stderr).toContain(engineDifferences().refusesDestruction);
  });

  it("retires a legacy table in two deploys: without its protection, then without it", async () => {
    const { whileUnprotected, atTheEnd } = await retired;
    expect(whileUnprotected).toMatchObject({ DeletionProtectionEnabled: false, ItemCount: 1 });
    expect(atTheEnd).toBeUndefined();
  });

  it("is not destroyed: Terraform refuses before it deletes anything", async () => {
    const { project } = await created;
    const before = writtenRequests(project.requests());
    const { code, stderr } = await project.terraform(["destroy", "-auto-approve"], { cwd: project.stack });

    expect(code).toBe(1);
    expect(writtenRequests(project.requests())).toEqual(before);
    for (const address of ["aws_kms_key.key_", "aws_s3_bucket.logs_bucket", "aws_s3_bucket.state_bucket"])
      expect(stderr).toMatch(new RegExp(`Resource (instance )?${address}`));
  });
});
