import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { terragruntBinary } from "../../../lab/machine/test-terragrunt";
import { requireSuccess } from "../../../lab/machine/require-success";
import type { CommandResult } from "../../../lab/machine/workspace";
import { describeE2e } from "../../support/describe-e2e";
import { legacyFleet, type LegacyFleet } from "../../support/steps/legacy-fleet";

/** Arguments that lead to moto are from the environment of the fleet; these switch off what only AWS answers. */
const PLAIN =
  "skip_credentials_validation = true\n    skip_region_validation = true\n    skip_requesting_account_id = true";
const CONFIG = (key: string): string =>
  `bucket         = "acme-tfstate"\n    key            = "${key}/\${path_relative_to_include()}/k"\n    region         = "eu-central-1"\n    dynamodb_table = "locks"\n    ${PLAIN}`;
const INCLUDE = (name: string): string => `include "root" {\n  path = find_in_parent_folders("${name}")\n}\n`;

describeE2e("units of Terragrunt, initialized by the real one", ["terraform", "terragrunt", "moto-server"], () => {
  let fleet: LegacyFleet;

  const run = (...args: string[]): Promise<CommandResult> =>
    fleet.workspace.run(terragruntBinary(), ["--non-interactive", "--no-color", ...args], {
      cwd: fleet.workspace.path("live"),
      env: { TG_TF_PATH: "terraform", AWS_REGION: "eu-central-1" },
    });

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
});
