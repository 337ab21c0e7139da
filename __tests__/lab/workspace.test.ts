import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { createWorkspace, type Workspace } from "../../lab/machine/workspace";

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace({ env: { AWS_REGION: "eu-west-1" } })));
afterEach(() => workspace.remove());

describe("createWorkspace", () => {
  it("runs programs in a directory, a HOME and an environment of its own", async () => {
    const { stdout } = await workspace.run("sh", [
      "-c",
      'echo "$PWD $HOME $AWS_REGION $CHECKPOINT_DISABLE $TF_CLI_CONFIG_FILE"',
    ]);
    const [directory, home, ...rest] = stdout.trim().split(" ");
    expect(directory).toBe(workspace.directory);
    expect(home).toBe(join(workspace.directory, "..", "home"));
    expect(rest).toEqual(["eu-west-1", "1", workspace.cliConfig.file]);
  });

  it("lets one command have more, less or other than the rest", async () => {
    const env = { AWS_REGION: undefined, TF_VAR_a: "1" };
    const { stdout } = await workspace.run("sh", ["-c", 'echo "${AWS_REGION-unset} $TF_VAR_a $PWD"'], {
      env,
      cwd: "/",
    });
    expect(stdout).toBe("unset 1 /\n");
  });

  it("copies the project without what is generated, and links its dependencies", () => {
    const copy = workspace.copyProject();
    expect(existsSync(join(copy, "package.json"))).toBe(true);
    expect(existsSync(join(copy, "__tests__", "lab", "workspace.test.ts"))).toBe(true);
    expect(existsSync(join(copy, ".git"))).toBe(false);
    expect(lstatSync(join(copy, "node_modules")).isSymbolicLink()).toBe(true);
  });

  it("ends what still runs when it is removed, and leaves nothing behind", async () => {
    const sleeping = workspace.start("sleep", ["60"]);
    await workspace.remove();
    expect(await sleeping.done).toMatchObject({ signal: "SIGKILL" });
    expect(existsSync(join(workspace.directory, ".."))).toBe(false);
  });
});
