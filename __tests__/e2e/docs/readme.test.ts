import { describeE2e } from "../../support/describe-e2e";
import { blockLines, readPage } from "../../support/pages";
import { attachedProvider } from "../../support/steps/attached-provider";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import { createWorkspace, type CommandResult, type Workspace } from "../../../lab/machine/workspace";

/** What a machine without a terminal and without the provider registry has to add to a command of the docs. */
const ADDED: Readonly<Record<string, string>> = {
  "npx statelock bootstrap": "--yes",
  "npx cdktf deploy demo": "--auto-approve --skip-provider-lock",
  "terraform -chdir=examples/plain-root apply": "-auto-approve",
};
const AUTHOR = { GIT_AUTHOR_NAME: "Ann", GIT_AUTHOR_EMAIL: "ann@example.com" };
const COMMITTER = { GIT_COMMITTER_NAME: "Ann", GIT_COMMITTER_EMAIL: "ann@example.com" };

describeE2e("the README and the tutorial", ["terraform", "aws-provider", "moto-server"], () => {
  const [start = "", first = "", second = "", ...ofReadme] = blockLines(readPage("README.md").text, "sh");
  const [install = "", watch = "", ...ofTutorial] = blockLines(readPage("docs/tutorial/README.md").text, "sh");
  const commands = [...ofTutorial, ...ofReadme.filter((command) => !ofTutorial.includes(command))];
  // The copy links the node_modules of this project, and npm would empty them.
  if (commands.some((command) => /\bnpm (ci|i|install|test)\b/.test(command))) throw new Error("npm must not run here");
  const throughNpx = commands.find((command) => command.startsWith("npx statelock"));
  /** Most of a short command is that npx looks for its program, so one command shows that npx finds it. */
  const started = (command: string): string =>
    command === throughNpx ? command : command.replace(/^npx statelock/, "node bin/statelock.js");
  let standIn: StandIn;
  let workspace: Workspace;
  const results = new Map<string, CommandResult>();

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    workspace = createWorkspace({ env: standIn.env });
    const cwd = workspace.copyProject();
    const env = { CI: "true", ...AUTHOR, ...COMMITTER };
    await workspace.run("git", ["init", "--quiet"], { cwd });
    for (const command of commands) {
      // The deploy starts the provider as Terraform does. The dry run before it need not.
      const provider = command.includes("--dry-run") ? await attachedProvider(workspace) : undefined;
      const text = `${started(command)} ${ADDED[command] ?? ""}`;
      results.set(command, await workspace.run("sh", ["-c", text], { cwd, env: { ...env, ...provider?.env } }));
      await provider?.stop();
    }
  });

  afterAll(async () => {
    await workspace.remove();
    await standIn.stop();
  });

  it("begin with the commands that CI runs", () => {
    // The package test runs both commands as npm installs them.
    expect(start).toBe("npx statelock init && npx statelock bootstrap");
    const ci = readFileSync(join(PROJECT_ROOT, ".ci", "run"), "utf8").split("\n");
    const parts = [first, second].flatMap((command) => command.split(" && "));
    expect(parts).toEqual(["npm ci", "npm run demo", "npm ci", "npm test"]);
    expect([install, watch]).toEqual(parts.slice(0, 2));
    expect(ci).toEqual(expect.arrayContaining(parts));
  });

  it("name commands that work, in the order of the page", () => {
    const failed = [...results].filter(([command, { code }]) => code !== 0 && !command.includes("deploy demo"));
    expect(failed).toEqual([]);
    expect(commands).toHaveLength(11);
  });

  it("deploy the demo stack, as far as this machine has its provider", () => {
    const result = results.get("npx cdktf deploy demo");
    const offered = workspace.cliConfig.offers("hashicorp/random");
    expect(result?.code).toBe(offered ? 0 : 1);
    expect(result?.stdout).toContain(offered ? "server_name" : "hashicorp/random");
  });
});
