import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { bootstrapPort } from "../../cli/bootstrap/bootstrap-port";
import type { EngineChoice } from "../../lib/engine/choose-engine";
import { besides, digest, journalPath } from "../../lib/files/journal";
import { filesBelow, ScratchFolder } from "../support/scratch";
import { runStatelock, type Run } from "../support/run-command";

const BACKEND = `terraform {
  required_version = ">= 1.11"
  backend "s3" {
    bucket         = "acme-tfstate"
    key            = "app/terraform.tfstate"
    region         = "eu-central-1"
    dynamodb_table = "locks"
  }
}
`;
const CHANGED = BACKEND.replace("  }\n}", "    use_lockfile   = true\n  }\n}");
/** A process id that no process has. */
const DEAD = 2 ** 22 + 1;

/** A repository that an attacker made, in a folder of the operator: every program in it leaves `ran`, beside it. */
function attacked(): { at: ScratchFolder; repository: string; git: (...args: string[]) => string; ran: () => boolean } {
  const at = new ScratchFolder();
  const repository = at.path("repository");
  const evil = at.program("evil", `#!/bin/sh\ntouch ${at.path("ran")}\ncat\n`);
  at.write("victim.tf", BACKEND);
  at.write("repository/app/main.tf", BACKEND);
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: repository, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  git("init", "--quiet");
  at.write("repository/.gitattributes", "*.tf filter=evil diff=evil\n");
  for (const config of ["state.config.ts", "state.config.mjs"])
    at.write(`repository/${config}`, `require("node:fs").writeFileSync(${JSON.stringify(at.path("ran"))}, "")\n`);
  at.write("repository/app/ev\u001b[2Jil `touch ran`;.tf", "locals {}\n");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "a");
  const settings = {
    "core.fsmonitor": evil,
    "core.hooksPath": at.path(),
    "diff.external": evil,
    "diff.evil.command": evil,
    "diff.evil.textconv": evil,
    "filter.evil.clean": evil,
    "filter.evil.smudge": evil,
    "filter.evil.required": "true",
    "core.pager": evil,
  };
  for (const [name, value] of Object.entries(settings)) git("config", name, value);
  for (const hook of ["post-index-change", "pre-commit"]) at.program(hook, `#!/bin/sh\ntouch ${at.path("ran")}\n`);
  // So that git has to compare contents.
  at.write("repository/app/main.tf", BACKEND);
  return { at, repository, git, ran: () => existsSync(at.path("ran")) };
}

const statelock = (workingDirectory: string, ...args: string[]): Promise<Run> =>
  runStatelock(["migrate", ...args], { workingDirectory, environment: process.env });

const APPLY = ["apply", "--to", "both"];

it.each([[["scan"]], [["plan"]], [[...APPLY, "--dry-run"]], [APPLY], [[...APPLY, "--force"]]])(
  "%j runs nothing of a repository, and changes nothing outside of it",
  async (args) => {
    const { at, repository, ran } = attacked();
    symlinkSync(at.path("victim.tf"), join(repository, "app", "linked.tf"));
    const { stdout, stderr } = await statelock(repository, ...args);
    expect([ran(), readFileSync(at.path("victim.tf"), "utf8")]).toEqual([false, BACKEND]);
    expect(stdout + stderr).toContain("a link that leads out of the folders to scan");
    expect(stdout + stderr).not.toContain("\u001b[2J");
  },
);

it("apply moves the root of a repository whose programs it does not run", async () => {
  const { repository, ran } = attacked();
  await statelock(repository, ...APPLY, "app");
  expect([ran(), readFileSync(join(repository, "app", "main.tf"), "utf8")]).toEqual([false, CHANGED]);
});

it("apply does not run git in another working tree than the one it was started in", async () => {
  const { at, repository, ran } = attacked();
  const { code, stdout } = await statelock(at.path(), ...APPLY, "repository/app", "--json");
  expect([code, ran(), (JSON.parse(stdout) as { refusals: unknown[] }).refusals]).toEqual([
    1,
    false,
    [expect.objectContaining({ problems: [expect.objectContaining({ code: "other-tree" })] })],
  ]);
  expect(readFileSync(join(repository, "app", "main.tf"), "utf8")).toBe(BACKEND);
});

it("apply believes no journal that was committed", async () => {
  const { at, repository, git } = attacked();
  const app = join(repository, "app");
  const file = { path: join(app, "main.tf"), temporary: besides(join(app, "main.tf")) };
  writeFileSync(file.temporary, "evil");
  const journal = { version: 1, id: "x", pid: DEAD, host: hostname() };
  const files = [{ ...file, before: digest(BACKEND), after: digest("evil") }];
  writeFileSync(journalPath(app), JSON.stringify({ ...journal, files }));
  mkdirSync(join(repository, ".statelock"));
  const record = { version: 1, files: [{ path: at.path("victim.tf"), after: digest(BACKEND) }] };
  writeFileSync(join(repository, ".statelock", "migrate-run.json"), JSON.stringify(record));
  git("add", "--force", ".");
  const before = filesBelow(app);
  const { code, stdout, stderr } = await statelock(repository, ...APPLY, "app");
  expect([code, stdout + stderr]).toEqual([2, expect.stringContaining("run-record")]);
  const forced = await statelock(repository, ...APPLY, "app", "--force");
  expect(forced.code).not.toBe(0);
  expect(filesBelow(app)).toEqual(before);
});

const ENGINE: EngineChoice = {
  isGiven: false,
  choose: () => {
    throw new Error("no engine is started here");
  },
};

const open = (project: string, dryRun: boolean): ReturnType<typeof bootstrapPort> =>
  bootstrapPort({ project, environment: process.env, program: "statelock", engine: ENGINE, dryRun });

it("bootstrap does not take a committed note for the note of its own run", () => {
  const { at, repository, git } = attacked();
  at.write("repository/state.config.json", "{}");
  at.write(
    "repository/.statelock/bootstrap-started.json",
    JSON.stringify({ bucket: "acme-tfstate", lockId: "11111111-2222-4333-8444-555555555555" }),
  );
  const { port, close } = open(repository, true);
  expect(port.project.unfinishedRun("acme-tfstate")).toBeDefined();
  git("add", "--force", ".statelock");
  expect(() => port.project.unfinishedRun("acme-tfstate")).toThrow("a file that git tracks");
  close();
});

it("bootstrap writes nothing through a link that was committed", () => {
  const { at, repository } = attacked();
  mkdirSync(at.path("elsewhere"));
  symlinkSync(at.path("elsewhere"), join(repository, ".statelock"));
  expect(() => open(repository, false)).toThrow("linked-place");
  expect(filesBelow(at.path("elsewhere")).size).toBe(0);
});
