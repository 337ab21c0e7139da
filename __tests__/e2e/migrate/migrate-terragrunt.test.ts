import { CreateBucketCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { terragruntBinary } from "../../../lab/machine/test-terragrunt";
import { repository } from "../../../lab/machine/repository";
import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type CommandResult, type Workspace } from "../../../lab/machine/workspace";
import { inStore, TERRAGRUNT_RUNS } from "../../fleets/engine-runs";
import { FLEETS } from "../../fleets/fleets";
import { TERRAGRUNT_FLEETS } from "../../fleets/terragrunt-fleets";
import { TERRAGRUNT_UNITS } from "../../fleets/terragrunt-units";
import { describeE2e } from "../../support/describe-e2e";
import { sampled, sampledEntries } from "../../support/full";
import { runIn } from "../../support/run-command";
import { legacyFleet, type LegacyFleet } from "../../support/steps/legacy-fleet";
import { legacyTable } from "../../support/steps/legacy-table";

/** Arguments that lead to moto are from the environment of the fleet; these switch off what only AWS answers. */
const PLAIN =
  "skip_credentials_validation = true\n    skip_region_validation = true\n    skip_requesting_account_id = true";
const CONFIG = (key: string): string =>
  `bucket         = "acme-tfstate"\n    key            = "${key}/\${path_relative_to_include()}/k"\n    region         = "eu-central-1"\n    dynamodb_table = "locks"\n    ${PLAIN}`;
const INCLUDE = (name: string): string => `include "root" {\n  path = find_in_parent_folders("${name}")\n}\n`;

const ROOT = 'terraform {\n  backend "s3" {}\n}\n\nresource "terraform_data" "x" {}\n\noutput "x" {\n  value = 1\n}\n';
/** Its key has the name of the folder above everything that was scanned. */
const COMPUTED = ["Terragrunt, a remote_state that another file holds"];
const SAMPLE = ["Terragrunt, literal", "Terragrunt, stacks in stacks"];

function terragrunt(workspace: Workspace, folder: string, args: readonly string[]): Promise<CommandResult> {
  return workspace.run(terragruntBinary(), ["--non-interactive", "--no-color", ...args], {
    cwd: workspace.path(folder),
    env: { TG_TF_PATH: "terraform" },
  });
}

describeE2e("units of Terragrunt, initialized by the real one", ["terraform", "terragrunt", "moto-server"], () => {
  let fleet: LegacyFleet;

  const run = (...args: string[]): Promise<CommandResult> => terragrunt(fleet.workspace, "live", args);

  beforeAll(async () => {
    fleet = await legacyFleet();
    const { workspace } = fleet;
    workspace.write(
      "live/root.hcl",
      `remote_state {\n  backend      = "s3"\n  disable_init = false\n  generate = {\n    path      = "backend.tf"\n    if_exists = "overwrite_terragrunt"\n  }\n  config = {\n    ${CONFIG("state")}\n  }\n}\n`,
    );
    workspace.write(
      "live/heredoc.hcl",
      `generate "backend" {\n  path      = "backend.tf"\n  if_exists = "overwrite_terragrunt"\n  contents  = <<EOF\nterraform {\n  backend "s3" {\n    ${CONFIG("text")}\n  }\n}\nEOF\n}\n`,
    );
    for (const [unit, file] of [
      ["one", "root.hcl"],
      ["deep/two", "root.hcl"],
      ["three", "heredoc.hcl"],
    ] as const) {
      workspace.write(`live/${unit}/terragrunt.hcl`, INCLUDE(file));
      workspace.write(`live/${unit}/main.tf`, 'resource "terraform_data" "x" {}\n');
    }
  });

  afterAll(() => fleet.stop());

  /** The backend that Terragrunt wrote last for a unit, into its cache. */
  const generated = (unit: string): string => {
    const folder = fleet.workspace.path("live", unit);
    const [path = ""] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (name) => basename(name) === "backend.tf",
    );
    return readFileSync(join(folder, path), "utf8");
  };

  it("writes a backend with both locks after the one step, and with the file alone after the other", async () => {
    for (const [to, table] of [
      ["both", true],
      ["lockfile", false],
    ] as const) {
      const step = requireSuccess(
        await fleet.statelock("migrate", "apply", "--to", to, "--offline", "--force", "live"),
      );
      expect(step.stderr).toContain(`To ${to}: 3 roots in 2 files`);
      requireSuccess(await run("run", "--all", "--", "init", "-reconfigure"));
      for (const unit of ["one", "deep/two", "three"]) {
        const text = generated(unit);
        expect([unit, /use_lockfile\s+= true/.test(text), text.includes("dynamodb_table")]).toEqual([
          unit,
          true,
          table,
        ]);
      }
    }
  });

  it("keeps each state at the key that Statelock found, and locks it with a file", async () => {
    requireSuccess(await run("run", "--all", "--", "apply", "-auto-approve"));
    const keys = fleet.standIn
      .requests()
      .filter(({ operation, key }) => operation === "PutObject" && key?.endsWith(".tflock") === true)
      .map(({ key }) => key?.replace(/\.tflock$/, ""));
    const { stdout } = await fleet.statelock("migrate", "scan", "--json", "live");
    const found = (JSON.parse(stdout) as { configurations: { key: { value: string } }[] }).configurations.map(
      ({ key }) => key.value,
    );
    expect(found).toEqual(["state/deep/two/k", "state/one/k", "text/three/k"]);
    expect([...new Set(keys)].sort()).toEqual(found);
  });

  it.each(sampled(TERRAGRUNT_UNITS, 4))("renders units with %s as Statelock shows them", async (_, files, expected) => {
    const workspace = createWorkspace({ env: fleet.standIn.env });
    try {
      for (const [path, text] of Object.entries(files)) workspace.write(path, text);
      await (await repository(workspace)).commit();
      if (files["live/terragrunt.stack.hcl"] !== undefined)
        requireSuccess(await terragrunt(workspace, "live", ["stack", "generate"]));
      for (const [, root = "", key = "", region = ""] of expected.map(
        (row) => /^(.*): \S+ (\S+) (\S+)$/.exec(row) ?? [],
      )) {
        if (!existsSync(workspace.path(root, "terragrunt.hcl"))) continue;
        const { stdout } = requireSuccess(await terragrunt(workspace, root, ["render", "--json"]));
        const { config } = (JSON.parse(stdout) as { remote_state: { config: Record<string, string> } }).remote_state;
        const shown = [root, key === "computed" ? config["key"] : key, region === "-" ? undefined : region];
        expect([root, config["key"], config["region"]]).toEqual(shown);
      }
    } finally {
      await workspace.remove();
    }
  });

  it.each(Object.entries(sampledEntries(TERRAGRUNT_RUNS, SAMPLE)))(
    "%s: its units initialize after each step, on the keys that Statelock found",
    async (name, folder) => {
      const known = { ...FLEETS, ...TERRAGRUNT_FLEETS }[name];
      if (known === undefined) throw new Error(`no fleet ${name}`);
      const id = String(Object.keys(TERRAGRUNT_RUNS).indexOf(name));
      const [bucket, table] = [`units-${id}`, `locks-${id}`];
      const { s3, dynamoDb } = fleet.aws;
      await s3.send(new CreateBucketCommand({ Bucket: bucket }));
      await legacyTable(dynamoDb, table);
      const workspace = createWorkspace({ env: fleet.standIn.env });
      try {
        for (const [path, text] of Object.entries(known.files)) {
          workspace.write(
            path,
            inStore(text, () => bucket, table),
          );
          if (basename(path) === "terragrunt.hcl") workspace.write(join(dirname(path), "main.tf"), ROOT);
        }
        workspace.write(".gitignore", ".terragrunt-cache\n.terragrunt-stack\n.terraform*\n");
        const project = await repository(workspace);
        await project.commit();
        requireSuccess(await terragrunt(workspace, folder, ["run", "--all", "--", "apply", "-auto-approve"]));
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
        const { stdout } = await runIn(workspace, ["migrate", "scan", "--json"]);
        const { configurations } = JSON.parse(stdout) as { configurations: { key: { value?: string } }[] };
        const keys = configurations.map(({ key }) => key.value ?? "computed");
        expect(keys.sort()).toEqual(Contents.map(({ Key }) => (COMPUTED.includes(name) ? "computed" : Key)));
        for (const to of ["both", "lockfile"]) {
          const step = await runIn(workspace, ["migrate", "apply", "--to", to, "--offline"]);
          expect([name, step.code, step.stderr]).toEqual([name, 0, expect.stringContaining("0 left alone")]);
          await project.commit();
          requireSuccess(await terragrunt(workspace, folder, ["run", "--all", "--", "init", "-reconfigure"]));
        }
        fleet.standIn.clear();
        requireSuccess(await terragrunt(workspace, folder, ["run", "--all", "--", "apply", "-auto-approve"]));
        const asked = fleet.standIn.requests().filter(({ operation }) => operation === "PutObject");
        const locked = asked.flatMap(({ bucket: of, key }) => (of === bucket && key?.endsWith(".tflock") ? [key] : []));
        expect([...new Set(locked)].sort()).toEqual(Contents.map(({ Key = "" }) => `${Key}.tflock`));
        expect(fleet.standIn.requests().filter(({ service }) => service === "dynamodb")).toEqual([]);
      } finally {
        await workspace.remove();
      }
    },
  );
});
