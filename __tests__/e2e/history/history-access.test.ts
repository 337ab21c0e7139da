import { papersOf } from "../../../lib/home/papers";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backendHcl } from "../../../lib/backend/backend-files";
import { consumerBackend } from "../../../lib/backend/backend-settings";
import { historyListSchema } from "../../../lib/history/history-report";
import { buildInventory } from "../../../lib/artifacts/build-inventory";
import type { AccessLevel } from "../../../lib/policy/access-level";
import { policyDocument, type PolicyDocument, type Statement } from "../../../lib/policy/policy-document";
import { describeE2e } from "../../support/describe-e2e";
import { SETUP_KEY } from "../../../lab/policy-gate/policy-gate";
import { openLab, type Lab } from "../../../lab/proof/lab";
import { enter, ORGANIZATION, REGION, role, scenario } from "../../../lab/proof/scenario";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import type { CommandResult } from "../../../lab/machine/workspace";

const SCENARIO = scenario({ encryption: "KMS", workspaces: "default", locking: "lockfile" });
const { name: BUCKET } = SCENARIO.home.bucket;
const { key: KEY } = SCENARIO.consumer;

const allow = (Action: string): PolicyDocument =>
  policyDocument([{ Sid: "Allow", Effect: "Allow", Action, Resource: "*" }]);

/** The statements that docs/how-to/restore-a-state.md gives to copy, about this bucket and key. */
function documented(): PolicyDocument {
  const page = readFileSync(join(PROJECT_ROOT, "docs", "how-to", "restore-a-state.md"), "utf8");
  const [, json = "[]"] = /```json\n(.*?)```/s.exec(page) ?? [];
  return policyDocument(
    JSON.parse(json.replaceAll("app/terraform.tfstate", KEY).replaceAll("acme-tfstate", BUCKET)) as Statement[],
  );
}

const level = (name: AccessLevel): PolicyDocument => SCENARIO.policies.get(name) ?? policyDocument([]);

describeE2e("statelock history, under its policies and behind the guard", ["terraform", "moto-server"], () => {
  let lab: Lab;
  let ids: string[] = [];

  beforeAll(async () => {
    lab = await openLab();
    enter(lab.gate.world, SCENARIO);
    const s3 = new S3Client({
      endpoint: lab.moto.url,
      region: REGION,
      forcePathStyle: true,
      credentials: { accessKeyId: SETUP_KEY, secretAccessKey: "setup" },
    });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
    s3.destroy();
    const { workspace } = lab;
    mkdirSync(workspace.path("cdktf.out"));
    writeFileSync(
      workspace.path("cdktf.out", "inventory.json"),
      JSON.stringify(buildInventory(papersOf(SCENARIO.home))),
    );
    workspace.write("backend.tf", backendHcl(consumerBackend(SCENARIO.home, SCENARIO.consumer)).content);
    workspace.write("main.tf", 'variable "note" {}\n\nresource "terraform_data" "note" {\n  input = var.note\n}\n');
    const env = { AWS_ACCESS_KEY_ID: SETUP_KEY };
    requireSuccess(await workspace.terraform(["init"], { env }));
    for (const note of ["first", "second"])
      requireSuccess(await workspace.terraform(["apply", "-auto-approve", `-var=note=${note}`], { env }));
    const list = requireSuccess(await as("lister", [allow("*")], "list", KEY));
    ids = historyListSchema.parse(JSON.parse(list.stdout)).versions.map(({ versionId }) => versionId);
  });

  afterAll(async () => {
    await lab.close();
  });

  /** Runs a command as a role of the bucket's account, in a session that began with MFA. */
  async function as(name: string, policies: readonly PolicyDocument[], ...args: string[]): Promise<CommandResult> {
    lab.gate.world.principals.set(name, { arn: role(name), organization: ORGANIZATION, mfa: true, policies });
    const program = join(PROJECT_ROOT, "bin", "statelock.js");
    const env = { AWS_ACCESS_KEY_ID: name };
    return lab.workspace.run(process.execPath, [program, "history", ...args, "--json"], { env });
  }

  const restore = (name: string, policies: readonly PolicyDocument[], version: number): Promise<CommandResult> =>
    as(name, policies, "restore", KEY, ids[version] ?? "", "--reason", "test", "--yes");

  it("a reader lists and compares with the documented statement, and not without", async () => {
    const reader = [level("reader"), documented()];
    const [listed, compared, refused] = await Promise.all([
      as("reader", reader, "list", KEY),
      as("reader-2", reader, "diff", KEY, ids[1] ?? ""),
      as("reader-3", [level("reader")], "list", KEY),
    ]);
    expect([listed.code, compared.code, refused.code]).toEqual([0, 0, 2]);
    expect(refused.stdout).toContain("Grant s3:ListBucketVersions");
  });

  it("an applier restores with it and s3:GetBucketVersioning; a planner is refused at the write, and leaves no lock", async () => {
    const more = [documented(), allow("s3:GetBucketVersioning")];
    const planner = await restore("planner", [level("planner"), ...more], 1);
    expect(planner.code).toBe(2);
    expect(planner.stdout).toContain("Grant s3:PutObject");
    expect(planner.stdout).toContain("The state is unchanged");
    const applier = await restore("applier", [level("applier"), ...more], 1);
    expect(applier.code).toBe(0);
    const env = { AWS_ACCESS_KEY_ID: SETUP_KEY };
    const plan = await lab.workspace.terraform(["plan", "-detailed-exitcode", "-var=note=first"], { env });
    expect(plan.code).toBe(0);
  });

  it("break-glass restores behind the guard: the lock by its ETag, the state encrypted as the consumer's backend says", async () => {
    const { code, stdout } = await restore("break-glass", [allow("*")], 0);
    expect({ code, said: stdout.includes('"restored"') }).toEqual({ code: 0, said: true });
    const [written] = lab.standIn
      .requests()
      .filter(({ operation, key }) => operation === "PutObject" && key === KEY)
      .slice(-1);
    expect(written?.headers["x-amz-server-side-encryption-aws-kms-key-id"]).toBe(SCENARIO.keyArn);
    expect(written?.headers["if-match"]).toMatch(/^"/);
    expect(lab.gate.unmapped()).toEqual([]);
  });
});
