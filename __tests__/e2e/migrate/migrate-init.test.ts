import { existsSync, readFileSync } from "node:fs";
import { migrateInitSchema } from "../../../cli/migrate/init/migrate-init-json";
import { legacyFleet, type LegacyFleet } from "../../support/steps/legacy-fleet";
import { describeE2e, describeUnder } from "../../support/describe-e2e";
import { testEngine } from "../../../lab/machine/test-engine";
import type { CommandResult } from "../../../lab/machine/workspace";

function outcomes({ code, stdout }: CommandResult): [number | null, ...string[]] {
  const { roots } = migrateInitSchema.parse(JSON.parse(stdout));
  return [
    code,
    ...roots.map(({ root, outcome, problems }) => [outcome, root, ...problems.map((each) => each.code)].join(" ")),
  ];
}

describeE2e("statelock migrate init", ["terraform", "moto-server"], () => {
  let fleet: LegacyFleet;

  beforeAll(async () => {
    fleet = await legacyFleet();
    for (const name of ["a", "b", "c"]) fleet.write(name, "both");
    fleet.workspace.write("live/part/main.tf", 'terraform {\n  backend "s3" {}\n}\n');
    fleet.workspace.write("live/part/x.s3.tfbackend", 'bucket = "acme-tfstate"\nkey = "part"\nuse_lockfile = true\n');
  });

  afterAll(() => fleet.stop());

  it("with --dry-run, shows each command with its folder, and runs nothing", async () => {
    fleet.standIn.clear();
    const { code, stdout, stderr } = await fleet.statelock("migrate", "init", "--dry-run");
    expect([code, stdout]).toEqual([
      0,
      ["a", "b", "c"].map((name) => `live/${name}: ${testEngine().name} init -reconfigure\n`).join("") +
        `live/part: ${testEngine().name} init -reconfigure -backend-config=x.s3.tfbackend\n`,
    ]);
    expect(stderr).toContain("Dry run: 4 runs, none of them started.");
    expect(fleet.standIn.requests()).toEqual([]);
  });

  it("initializes and plans every root; one that fails does not stop the others, and can be run again", async () => {
    fleet.workspace.write(
      "live/broken/main.tf",
      'terraform {\n  backend "s3" {\n    bucket = "nowhere"\n    key = "k"\n    use_lockfile = true\n  }\n}\n',
    );
    const first = await fleet.statelock("migrate", "init", "--json", "--parallel", "3");
    expect(outcomes(first)).toEqual([
      1,
      "changes live/a",
      "changes live/b",
      "failed live/broken terraform-failed",
      "changes live/c",
      "unchanged live/part",
    ]);
    // The plans took their locks: what apply to lockfile looks for.
    const locked = fleet.standIn
      .requests()
      .filter(({ operation, key }) => operation === "PutObject" && key?.endsWith(".tflock"));
    expect(locked.map(({ key }) => key).sort()).toEqual(["a.tflock", "b.tflock", "c.tflock", "part.tflock"]);
    fleet.write("broken", "both");
    expect(outcomes(await fleet.statelock("migrate", "init", "--json", "--root", "live/broken"))).toEqual([
      0,
      "changes live/broken",
    ]);
  });

  it("when interrupted, finishes the current root, begins no other, and leaves no lock", async () => {
    const args = ["--json", "--parallel", "1", "--root", "live/a", "--root", "live/b"];
    const running = fleet.project.start(["migrate", "init", ...args]);
    const unhook = fleet.standIn.afterRequest(({ operation, key }) => {
      if (operation === "PutObject" && key === "a.tflock") running.kill("SIGINT");
    });
    const { code, stdout } = await running.done;
    unhook();
    const { roots, problems } = migrateInitSchema.parse(JSON.parse(stdout));
    expect(problems).toMatchObject([{ code: "interrupted" }]);
    expect(problems[0]?.fix).toMatch(/^statelock migrate init .*--root live\/b$/);
    expect([code, roots.find(({ root }) => root === "live/b")?.outcome]).toEqual([2, "not-run"]);
    expect((await fleet.terraform("a", "plan")).code).toBe(0);
  });

  it("leaves .terraform on the one of several partial files that it was on, and on none where it was on none", async () => {
    fleet.workspace.write("live/env/main.tf", 'terraform {\n  backend "s3" {}\n}\n');
    for (const name of ["prod", "test"])
      fleet.workspace.write(
        `live/env/${name}.s3.tfbackend`,
        `bucket = "acme-tfstate"\nkey = "${name}"\nuse_lockfile = true\n`,
      );
    const init = async (): Promise<readonly (readonly [string, string, boolean])[]> => {
      const { stdout } = await fleet.statelock("migrate", "init", "--json", "--root", "live/env");
      const { roots } = migrateInitSchema.parse(JSON.parse(stdout));
      return roots.map(({ partials, outcome, initialized }) => [partials.join(), outcome, initialized] as const);
    };
    const ways = (prod: boolean): unknown => [
      ["live/env/prod.s3.tfbackend", "unchanged", prod],
      ["live/env/test.s3.tfbackend", "unchanged", false],
    ];
    expect(await init()).toEqual(ways(false));
    expect((await fleet.terraform("env", "state", "list")).code).toBe(1);
    expect((await fleet.terraform("env", "init", "-reconfigure", "-backend-config=prod.s3.tfbackend")).code).toBe(0);
    expect(await init()).toEqual(ways(true));
    const { backend } = JSON.parse(
      readFileSync(fleet.workspace.path("live/env/.terraform/terraform.tfstate"), "utf8"),
    ) as {
      readonly backend: { readonly config: { readonly key: string } };
    };
    expect(backend.config.key).toBe("prod");
  });

  it("says which files it could not read, and does not call that fine", async () => {
    fleet.workspace.write("live/odd/main.tf", "terraform {\n");
    const { code, stdout } = await fleet.statelock("migrate", "init", "--json", "--root", "live/a");
    const { problems } = migrateInitSchema.parse(JSON.parse(stdout));
    expect([code, ...problems.map((problem) => problem.code)]).toEqual([1, "unreadable-file"]);
  });

  describeUnder("tofu", "a root whose key has a variable", () => {
    let shell: LegacyFleet;

    beforeAll(async () => {
      shell = await legacyFleet({ TF_VAR_env: "other" });
      const main = 'variable "env" {\n  default = "dev"\n}\n\nterraform {\n  backend "s3" {\n';
      const backend = `${main}    bucket = "acme-tfstate"\n    key = "\${var.env}/early"\n    use_lockfile = true\n  }\n}\n`;
      shell.workspace.write("live/early/main.tf", backend);
    });

    afterAll(() => shell.stop());

    it("is not led elsewhere by a variable of the shell, and gets the state that its files name", async () => {
      const init = async (): Promise<unknown> => outcomes(await shell.statelock("migrate", "init", "--json"));
      expect(await init()).toEqual([1, "failed live/early state-moved"]);
      expect(existsSync(shell.workspace.path("live/early/.terraform/terraform.tfstate"))).toBe(false);
      // A file of variables wins over the shell.
      shell.workspace.write("live/early/terraform.tfvars", 'env = "test"\n');
      expect(await init()).toEqual([0, "unchanged live/early"]);
      const text = readFileSync(shell.workspace.path("live/early/.terraform/terraform.tfstate"), "utf8");
      expect(text).toMatch(/"key": *"test\/early"/);
    });
  });
});
