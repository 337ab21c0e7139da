import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type Workspace } from "../../../lab/machine/workspace";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import { describeE2e } from "../../support/describe-e2e";
import { home } from "../../support/home";
import { blockLines, readPage } from "../../support/pages";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { synthesizedFolder } from "../../support/synthesized-folder";

const BUCKET = "acme-tfstate";
const STATE = "app/terraform.tfstate";
/** The ID of a lock in the pages, and the version ID, which the bucket chooses here. */
const LOCK_ID = "24ee7454-2d06-8b4e-a9b6-a1a2ba9a9a0b";
const VERSION_ID = "3sL4kqtJlcpXroDTDmJ9rmSpXd3dIbrH";

/** What a machine without a terminal has to add to a command of a page. */
const ADDED: readonly (readonly [command: RegExp, added: string])[] = [
  [/ init -migrate-state$/, " -force-copy"],
  [/^statelock (?:locks release|history restore)(?!.* --(?:yes|dry-run))/, " --yes"],
];

describeE2e("the how-to guides", ["terraform", "moto-server"], () => {
  let standIn: StandIn;
  let workspace: Workspace;
  let aws: AwsClients;

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    aws = awsClients(standIn);
    workspace = createWorkspace({ env: standIn.env });
    const bucket = { name: BUCKET, region: "eu-central-1", account: standIn.accountId };
    const synthesized = synthesizedFolder(home({ bucket, consumers: [{ name: "network" }, { name: "app" }] }));
    cpSync(synthesized, workspace.directory, { recursive: true });
    rmSync(synthesized, { recursive: true });
    workspace.write("infra/network/main.tf", 'resource "terraform_data" "network" {\n  input = "10.0.0.0/16"\n}\n');
    workspace.write("bin/statelock", `#!/bin/sh\nexec node ${join(PROJECT_ROOT, "bin", "statelock.js")} "$@"\n`);
    requireSuccess(await workspace.run("chmod", ["+x", workspace.path("bin/statelock")]));
    const LocationConstraint = "eu-central-1" as const;
    await aws.s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint } }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await aws.s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
  });

  afterAll(async () => {
    aws.close();
    await workspace.remove();
    await standIn.stop();
  });

  /** Runs the commands of a page in order, as they stand there; returns those that failed. */
  async function failuresOf(page: string, versionId = VERSION_ID): Promise<string[]> {
    const failures: string[] = [];
    const env = { PATH: `${workspace.path("bin")}:${process.env["PATH"] ?? ""}` };
    for (const line of blockLines(readPage(`docs/how-to/${page}`).text, "sh")) {
      const command = line.replace(/^npx statelock/, "statelock").replaceAll(VERSION_ID, versionId);
      const added = ADDED.find(([pattern]) => pattern.test(command))?.[1] ?? "";
      // A command of Terraform without a folder is run in the root.
      const cwd = /^terraform (?!-chdir)/.test(command) ? workspace.path("infra/network") : workspace.directory;
      const { code, stdout, stderr } = await workspace.run("sh", ["-c", command + added], { cwd, env });
      if (code !== 0) failures.push(`${command}${added}: ${String(code)}\n${stdout}${stderr}`);
    }
    return failures;
  }

  async function put(Key: string, body: object): Promise<string> {
    const { VersionId } = await aws.s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(body), ServerSideEncryption: "AES256" }),
    );
    return VersionId ?? "";
  }

  it("bring a local state into the bucket, as the page says", async () => {
    const root = { cwd: workspace.path("infra/network") };
    requireSuccess(await workspace.terraform(["init"], root));
    requireSuccess(await workspace.terraform(["apply", "-auto-approve"], root));
    expect(await failuresOf("bring-existing-states.md")).toEqual([]);
    const plan = await workspace.terraform(["plan", "-detailed-exitcode"], root);
    expect(plan.code).toBe(0);
    const pulled = JSON.parse(requireSuccess(await workspace.terraform(["state", "pull"], root)).stdout) as object;
    expect(pulled).toMatchObject({ serial: 1, resources: [{ name: "network" }] });
  });

  it("release a lock, as the page says", async () => {
    await put(`${STATE}.tflock`, {
      ...{ ID: LOCK_ID, Operation: "OperationTypeApply", Info: "", Who: "ci@runner-7", Version: "1.11.4" },
      ...{ Created: "2026-01-01T00:00:00Z", Path: `${BUCKET}/${STATE}` },
    });
    expect(await failuresOf("release-a-lock.md")).toEqual([]);
  });

  it("restore a state, as the page says", async () => {
    const state = {
      version: 4,
      terraform_version: "1.11.4",
      lineage: "l",
      outputs: {},
      resources: [],
      check_results: null,
    };
    const first = await put(STATE, { ...state, serial: 1 });
    await put(STATE, { ...state, serial: 2, outputs: { name: { value: "a", type: "string" } } });
    expect(await failuresOf("restore-a-state.md", first)).toEqual([]);
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: STATE }));
    expect(JSON.parse((await Body?.transformToString()) ?? "")).toMatchObject({ serial: 3, outputs: {} });
  });
});
