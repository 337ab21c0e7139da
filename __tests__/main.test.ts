import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, scratch } from "./support/scratch";

const ROOT = dirname(__dirname);

/** What one run of main.ts did. */
interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outdir: string;
}

/** Runs main.ts as `npm run synth` does, with a folder and an environment of its own. */
function synth(environment: Readonly<Record<string, string>> = {}, project: string = copyOfProject()): Run {
  const outdir = join(scratch(), "out");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", "./bin/typescript.js", "main.ts"], {
    cwd: project,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: outdir, CDKTF_OUTDIR: outdir, ...environment },
  });
  return { status, stdout, stderr, outdir };
}

/** A project of its own, so that no record of a bootstrap in the checkout plays a part. */
function copyOfProject(config?: string): string {
  const project = scratch();
  for (const file of ["main.ts", "state.config.ts", "package.json", "tsconfig.json"]) {
    cpSync(join(ROOT, file), join(project, file));
  }
  for (const folder of ["bin", "lib", "stacks", "node_modules"]) symlinkSync(join(ROOT, folder), join(project, folder));
  if (config !== undefined) writeFileSync(join(project, "state.config.ts"), config);
  return project;
}

it("synthesizes the repository's config, the same byte for byte on every run, and prints nothing", () => {
  const [first, second] = [synth(), synth()];
  expect(first).toMatchObject({ status: 0, stdout: "", stderr: "" });
  expect(filesBelow(second.outdir)).toEqual(filesBelow(first.outdir));
  expect([...filesBelow(first.outdir).keys()].filter((path) => !/^(policies|backends)/.test(path))).toEqual([
    "inventory.json",
    "manifest.json",
    "stacks/bootstrap/cdk.tf.json",
    "stacks/demo/cdk.tf.json",
  ]);

  // A run that is refused afterwards leaves all of it as it was.
  expect(synth({ STATELOCK_BUCKET: "Bad_Name", CDKTF_OUTDIR: first.outdir }).status).toBe(1);
  expect(filesBelow(first.outdir)).toEqual(filesBelow(second.outdir));
});

it("an app in a checkout may have an asset that cdktf puts into a zip", () => {
  const project = copyOfProject();
  const app = `import { App, AssetType, TerraformAsset, TerraformStack } from "cdktf";
    const app = new App();
    const stack = new TerraformStack(app, "zipped");
    new TerraformAsset(stack, "files", { path: "${project}/bin", type: AssetType.ARCHIVE });
    app.synth();`;
  writeFileSync(join(project, "main.ts"), app);
  const { outdir, ...run } = synth({}, project);
  expect(run).toMatchObject({ status: 0, stderr: "" });
  expect([...filesBelow(outdir).keys()].filter((path) => path.endsWith(".zip"))).toHaveLength(1);
});

it("the stacks of a home join an app that has stacks of its own", () => {
  const project = copyOfProject();
  const app = `import { App, TerraformStack } from "cdktf";
    import { synthesizeHome } from "./lib";
    import { consumerStacks } from "./stacks";
    import { stateConfig } from "./state.config";
    const app = new App();
    new TerraformStack(app, "theirs");
    synthesizeHome(stateConfig, consumerStacks, { app });`;
  writeFileSync(join(project, "main.ts"), app);
  const { outdir, ...run } = synth({}, project);
  expect(run).toMatchObject({ status: 0, stderr: "" });
  const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as { stacks: object };
  expect(Object.keys(stacks).sort()).toEqual(["bootstrap", "demo", "theirs"]);
});

it("a config with problems ends with 1, reports all of them, and writes nothing", () => {
  const run = synth({ STATELOCK_BUCKET: "Bad_Name", STATELOCK_REGION: "moon" });
  expect(run).toMatchObject({ status: 1, stdout: "" });
  expect(run.stderr).toMatchInlineSnapshot(`
    "Nothing was written:

    STATELOCK_BUCKET (for bucket.name) must hold only lower-case letters, digits and hyphens, and begin and end with a letter or digit, got "Bad_Name" [bucket-name]
        next: Rename it, for example <organization>-tfstate-<account>-<region>.
    STATELOCK_REGION (for bucket.region) must be a region of AWS, AWS China, AWS GovCloud or the AWS European Sovereign Cloud, got "moon" [region]
        next: Use the region's code, for example "eu-central-1", "cn-north-1", "us-gov-west-1" or "eusc-de-east-1".
    "
  `);
  expect(existsSync(run.outdir)).toBe(false);
});

it("problems that only the policies show end the same way: no file is written", () => {
  const config = `export const stateConfig = {
    bucket: { name: "acme-tfstate", region: "eu-central-1", account: "123456789012" },
    consumers: [
      { name: "demo", type: "cdktf" },
      { name: "orphan", type: "cdktf" },
      { name: "long", key: "k".repeat(900), workspaceKeyPrefix: "w" },
    ],
  };`;
  const run = synth({}, copyOfProject(config));
  expect(run.status).toBe(1);
  expect(run.stderr).toContain("[consumer-stack]");
  expect(run.stderr).toContain("[policy-size]");
  expect(existsSync(run.outdir)).toBe(false);
});

it("a consumer that would skip a phase, by the record beside main.ts, ends with 1, and writes nothing", () => {
  const project = copyOfProject();
  const state = "example-tfstate-123456789012-eu-central-1/network/terraform.tfstate";
  const record = { version: 1, states: { [state]: { reached: { dynamodb: "2026-01-01T00:00:00Z" } } } };
  writeFileSync(join(project, "statelock.migration.json"), JSON.stringify(record));
  const run = synth({}, project);
  expect(run).toMatchObject({ status: 1, stdout: "" });
  expect(run.stderr).toContain("consumers[1].locking must be on");
  expect(existsSync(run.outdir)).toBe(false);
  writeFileSync(join(project, "statelock.migration.json"), "no record");
  expect(synth({}, project).stderr).toContain("[record-unreadable]");
});

it("a record of a bootstrap beside main.ts decides where the bootstrap stack's state is", () => {
  const project = copyOfProject();
  const record = {
    version: 1,
    bucket: "example-tfstate-123456789012-eu-central-1",
    region: "eu-central-1",
    account: "123456789012",
    key: "bootstrap/terraform.tfstate",
    lineage: "9a6b7c5d",
  };
  writeFileSync(join(project, "bootstrap.state.json"), JSON.stringify(record));
  const run = synth({}, project);
  const stack = JSON.parse(filesBelow(run.outdir).get("stacks/bootstrap/cdk.tf.json") ?? "{}") as {
    terraform: { backend: object };
  };
  expect(stack.terraform.backend).toMatchObject({ s3: { key: "bootstrap/terraform.tfstate", use_lockfile: true } });
});

it("a refused config leaves its problems for the command that ran it, and for nobody else", () => {
  const file = join(scratch(), "problems.json");
  expect(synth({ STATELOCK_BUCKET: "Bad_Name", STATELOCK_REFUSAL_FILE: file }).status).toBe(1);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject([{ code: "bucket-name" }]);
});
