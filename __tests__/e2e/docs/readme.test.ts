import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeE2e } from "../../support/describe-e2e";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import { createWorkspace, type CommandResult, type Workspace } from "../../../lab/machine/workspace";

/** What a machine without a terminal and without the provider registry has to add to a command of the README. */
const ADDED: Readonly<Record<string, string>> = {
  "npx statelock bootstrap": "--yes",
  "npx cdktf deploy demo": "--auto-approve --skip-provider-lock",
};

/** The commands of the README's shell blocks, in order. */
function commandsOf(page: string): string[] {
  const blocks = [...page.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block]) => block ?? "");
  return blocks
    .flatMap((block) => block.split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

describeE2e("the README", ["terraform", "aws-provider", "moto-server"], () => {
  const commands = commandsOf(readFileSync(join(PROJECT_ROOT, "README.md"), "utf8"));
  const [first = "", second = "", ...operators] = commands;
  let standIn: StandIn;
  let workspace: Workspace;
  const results = new Map<string, CommandResult>();

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    workspace = createWorkspace({ env: standIn.env });
    const cwd = workspace.copyProject();
    for (const command of operators) {
      const line = `${command} ${ADDED[command] ?? ""}`;
      results.set(command, await workspace.run("sh", ["-c", line], { cwd, env: { CI: "true" } }));
    }
  });

  afterAll(async () => {
    await workspace.remove();
    await standIn.stop();
  });

  it("begins with the two commands that CI runs", () => {
    const ci = readFileSync(join(PROJECT_ROOT, ".ci", "run"), "utf8").split("\n");
    const parts = [first, second].flatMap((command) => command.split(" && "));
    expect(parts).toEqual(["npm ci", "npm run demo", "npm ci", "npm test"]);
    expect(ci).toEqual(expect.arrayContaining(parts));
  });

  it("names commands that work, in the order they stand there", () => {
    const failed = [...results].filter(([command, { code }]) => code !== 0 && !command.includes("deploy demo"));
    expect(failed).toEqual([]);
    expect(operators).toHaveLength(5);
  });

  it("deploys the demo stack, as far as this machine has its provider", () => {
    const result = results.get("npx cdktf deploy demo");
    const offered = workspace.cliConfig.offers("hashicorp/random");
    expect(result?.code).toBe(offered ? 0 : 1);
    expect(result?.stdout).toContain(offered ? "server_name" : "hashicorp/random");
  });
});
