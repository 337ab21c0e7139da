import { FULL } from "../../support/full";
import fc, { runs } from "../../support/fuzz";
import { writtenBackend } from "../../support/backend-hcl";
import { runIn } from "../../support/run-command";
import { filesBelow } from "../../support/scratch";
import { describeE2e } from "../../support/describe-e2e";
import { repository, type Repository } from "../../../lab/machine/repository";
import { engineDifferences } from "../../../lab/machine/engine-differences";
import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type Workspace } from "../../../lab/machine/workspace";

/** Roots of any shape, each of a state of its own. A heredoc with a backend is for a person, and has tests of its own. */
function generatedRoots(seed: number): Map<string, string> {
  const mains = writtenBackend.filter(({ name, text }) => name === "main.tf" && !/<<[^]*backend "s3"/.test(text));
  const files = fc.sample(mains, { seed, ...runs(60) });
  return new Map(
    files.map(({ text }, index) => [`roots/${String(index)}/main.tf`, text.replace("k/é", `k/${String(index)}`)]),
  );
}

describeE2e("rewriting, judged by Terraform and git", ["terraform"], () => {
  const seed = FULL ? Date.now() % 1_000_000 : 1;
  let workspace: Workspace;
  let project: Repository;

  const sources = (): Map<string, string> => filesBelow(workspace.path("roots"));

  async function unformatted(): Promise<string> {
    const { code, stdout } = await workspace.terraform(["fmt", "-check", "-diff", "-recursive"]);
    return code === 0 ? "" : stdout;
  }

  beforeAll(async () => {
    workspace = createWorkspace();
    project = await repository(workspace);
    for (const [path, text] of generatedRoots(seed)) workspace.write(path, text);
    requireSuccess(await workspace.terraform(["fmt", "-recursive", "-list=false"]));
    await project.commit();
  });

  afterAll(() => workspace.remove());

  it.each(["both", "lockfile"])(
    `terraform fmt has nothing to say after a step to %s, and git apply does the same (seed ${String(seed)})`,
    async (to) => {
      expect(await unformatted()).toBe("");
      const patch = await runIn(workspace, ["migrate", "apply", "--to", to, "--offline", "--dry-run"]);
      expect([patch.code, patch.stderr]).toEqual([0, expect.stringContaining("Dry run")]);
      workspace.write("step.patch", patch.stdout);
      await project.git("apply", "step.patch");
      const byPatch = sources();
      await project.git("checkout", "--quiet", ".");

      const { code, stdout } = requireSuccess(await runIn(workspace, ["migrate", "apply", "--to", to, "--offline"]));
      expect(code).toBe(0);
      expect(stdout.split("\n").length).toBeGreaterThan(50);
      expect(sources()).toEqual(byPatch);
      expect(await unformatted()).toBe("");
      await project.commit();

      const again = requireSuccess(await runIn(workspace, ["migrate", "apply", "--to", to, "--offline"]));
      expect(again.stdout).toBe("");
      expect(sources()).toEqual(byPatch);
    },
  );

  it("terraform validate accepts what it accepted before", async () => {
    const root = "validated";
    workspace.write(
      `${root}/main.tf`,
      `terraform {\n  required_version = ">= 1.10.1"\n\n  backend "s3" {\n    bucket         = "acme"\n    key            = "v"\n    region         = "eu-central-1"\n    dynamodb_table = "locks"\n  }\n}\n\ndata "terraform_remote_state" "net" {\n  backend = "s3"\n  config = {\n    bucket         = "acme"\n    key            = "net"\n    region         = "eu-central-1"\n    dynamodb_table = "locks"\n  }\n}\n`,
    );
    const cwd = workspace.path(root);
    requireSuccess(await workspace.terraform(["init", "-backend=false"], { cwd }));
    const validate = async (): Promise<{ valid: boolean; warning_count: number }> => {
      const { stdout } = await workspace.terraform(["validate", "-json"], { cwd });
      const { valid, warning_count } = JSON.parse(stdout) as { valid: boolean; warning_count: number };
      return { valid, warning_count };
    };
    const warning_count = engineDifferences().warnsOfTables;
    expect(await validate()).toEqual({ valid: true, warning_count });
    requireSuccess(await runIn(workspace, ["migrate", "apply", "--to", "both", "--force", root]));
    expect(await validate()).toEqual({ valid: true, warning_count });
    requireSuccess(await runIn(workspace, ["migrate", "apply", "--to", "lockfile", "--offline", "--force", root]));
    // The tables were what the engine warned about, if at all.
    expect(await validate()).toEqual({ valid: true, warning_count: 0 });
  });
});
