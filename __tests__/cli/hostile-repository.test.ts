import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { delimiter, join } from "node:path";
import { bootstrapPort } from "../../cli/bootstrap/bootstrap-port";
import { retirePort } from "../../cli/migrate/table/live-retire-port";
import { recordAudit } from "../../cli/options/audit-log";
import type { Terminal } from "../../cli/screen/terminal";
import type { EngineChoice } from "../../lib/engine/choose-engine";
import { besides, digest, journalPath } from "../../lib/files/journal";
import { UserError } from "../../lib/problem/problem";
import { loadConfig } from "../../lib/programs/load-config";
import { appCommand } from "../../lib/programs/synthesize";
import { readBootstrapRecord, readSeenRecord } from "../../lib/record/record-files";
import { trackedByGit } from "../../lib/programs/working-tree";
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
  at.write(
    "repository/.gitattributes",
    "*.tf filter=evil diff=evil\n*.mjs filter=other diff=other\n*.json filter=included\n",
  );
  for (const config of ["state.config.ts", "state.config.mjs"])
    at.write(`repository/${config}`, `require("node:fs").writeFileSync(${JSON.stringify(at.path("ran"))}, "")\n`);
  for (const name of ["git", "terraform", "tofu"]) {
    at.program(`repository/${name}`, `#!/bin/sh\ntouch ${at.path("ran")}\n`);
    at.program(`repository/node_modules/.bin/${name}`, `#!/bin/sh\ntouch ${at.path("ran")}\n`);
  }
  for (const file of ["-rf.tf", "a;touch ran;.tf", "a\nb.tf"]) at.write(`repository/app/${file}`, "locals {}\n");
  for (const file of [".terraformrc", ".env", ".npmrc", "tsconfig.json"]) at.write(`repository/${file}`, "evil");
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
    "core.sshCommand": evil,
    "core.editor": evil,
    "credential.helper": `!${evil}`,
    "filter.other.process": evil,
    "diff.other.command": evil,
  };
  const sections = Object.entries(settings).map(([name, value]) => {
    const [, section = "", below = "", key = ""] = /^(\w+)\.(?:(\w+)\.)?(\w+)$/.exec(name) ?? [];
    return `[${section}${below === "" ? "" : ` "${below}"`}]\n${key} = ${value}\n`;
  });
  const included = at.write("included", `[filter "included"]\nclean = ${evil}\nrequired = true\n`);
  sections.push(`[include]\npath = ${included}\n[includeIf "gitdir:${repository}/"]\npath = ${included}\n`);
  appendFileSync(join(repository, ".git", "config"), sections.join(""));
  for (const hook of ["post-index-change", "pre-commit"]) at.program(hook, `#!/bin/sh\ntouch ${at.path("ran")}\n`);
  // So that git has to compare contents.
  at.write("repository/app/main.tf", BACKEND);
  return { at, repository, git, ran: () => existsSync(at.path("ran")) };
}

/** Programs of the repository come first, as npx and careless profiles arrange it. */
const statelock = (workingDirectory: string, ...args: string[]): Promise<Run> => {
  const first = ["node_modules/.bin", "", join(workingDirectory, "node_modules", ".bin")];
  const environment = { ...process.env, PATH: [...first, process.env["PATH"]].join(delimiter) };
  return runStatelock(["migrate", ...args], { workingDirectory, environment });
};

const APPLY = ["apply", "--to", "both"];

it.each([[["scan"]], [["plan"]], [[...APPLY, "--dry-run"]], [APPLY], [[...APPLY, "--force"]]])(
  "%j runs nothing of a repository, and changes nothing outside of it",
  async (args) => {
    const { at, repository, ran } = attacked();
    symlinkSync(at.path("victim.tf"), join(repository, "app", "linked.tf"));
    symlinkSync("/dev/zero", join(repository, "app", "endless.tf"));
    symlinkSync(at.path(), join(repository, "app", "folder"));
    execFileSync("mkfifo", [join(repository, "app", "pipe.tf")]);
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

const JOURNAL = (path: string, after: string): string => {
  const files = [{ path, temporary: besides(path), before: digest(BACKEND), after: digest(after) }];
  return JSON.stringify({ version: 1, id: "x", pid: DEAD, host: hostname(), files });
};

it("apply believes no journal of a submodule, where it runs no git", async () => {
  const { at, repository, ran } = attacked();
  at.write("repository/module/.git", "gitdir: ../evil");
  const file = at.write("repository/module/main.tf", BACKEND);
  const journal = at.write("repository/module/.statelock-migrate.json", JOURNAL(file, BACKEND));
  const { stdout, stderr } = await statelock(repository, ...APPLY, "--force", "module");
  expect([existsSync(journal), ran(), stdout + stderr]).toEqual([true, false, expect.stringContaining("run-record")]);
});

it("a file that a working tree further out tracks is tracked", () => {
  const { at, repository, git } = attacked();
  const path = at.write("repository/inner/left.json");
  const isTracked = trackedByGit(join(repository, "inner"), process.env);
  expect(isTracked(path)).toBe(false);
  git("add", "--force", "inner");
  at.write("repository/inner/.git/HEAD");
  execFileSync("git", ["init", "--quiet"], { cwd: join(repository, "inner") });
  expect(trackedByGit(join(repository, "inner"), process.env)(path)).toBe(true);
});

it("a tracked file counts as tracked, whatever git's environment variables say", () => {
  const { at, repository, git } = attacked();
  const path = at.write("repository/left.json");
  git("add", "--force", "left.json");
  const other = { GIT_INDEX_FILE: at.path("none"), GIT_LITERAL_PATHSPECS: "1", GIT_COMMON_DIR: at.path() };
  const each = Object.entries({ ...other, GIT_DIR: at.path("none"), GIT_OBJECT_DIRECTORY: at.path("none") });
  const found = each.map(([name, value]) => [name, trackedByGit(repository, { ...process.env, [name]: value })(path)]);
  expect(found).toEqual(each.map(([name]) => [name, true]));
});

it.each<[string, (folder: string) => unknown]>([
  ["state.config.json", loadConfig],
  ["cdktf.json", appCommand],
  ["bootstrap.state.json", readBootstrapRecord],
  ["statelock.migration.json", readSeenRecord],
])("no command waits without end at a pipe as %s", async (name, read) => {
  const at = new ScratchFolder();
  execFileSync("mkfifo", [at.path(name)]);
  await expect(Promise.resolve(at.path()).then(read)).rejects.toThrow("not-a-file");
});

/** A project whose synth writes an empty inventory, with a committed file in the folder of the stack. */
async function bootstrapWith(make: (at: ScratchFolder, stack: string) => void): Promise<unknown> {
  const { at, git } = attacked();
  at.write("repository/cdktf.json", JSON.stringify({ app: "touch cdktf.out/inventory.json" }));
  at.write("repository/cdktf.out/stacks/bootstrap/cdk.tf.json", STACK);
  make(at, "repository/cdktf.out/stacks/bootstrap");
  git("add", "--force", "cdktf.out");
  const { port, close } = open(at.path("repository"), false);
  try {
    return await port.project.synthesize("as-recorded");
  } catch (error) {
    return error instanceof UserError ? error.problems.map(({ code }) => code) : error;
  } finally {
    close();
  }
}

const STACK = JSON.stringify({ terraform: { required_providers: { aws: { source: "aws", version: "5.100.0" } } } });
const STATE_TEXT = JSON.stringify({ version: 4, serial: 1, lineage: "l", resources: [] });
const stateOf = (provider: string): string => {
  const resource = { mode: "managed", type: "a", name: "a", provider: `provider["${provider}"]`, instances: [{}] };
  return JSON.stringify({ version: 4, serial: 1, lineage: "l", resources: [resource] });
};

it.each<[string, string, (at: ScratchFolder, stack: string) => void]>([
  ["plugins", "foreign-code", (at, stack) => at.write(`${stack}/.terraform/providers/evil`)],
  ["a state that leads elsewhere", "foreign-code", (at, stack) => at.write(`${stack}/.terraform/terraform.tfstate`)],
  ["configuration", "foreign-code", (at, stack) => at.write(`${stack}/evil_override.tf`)],
  ["a mirror", "foreign-code", (at, stack) => at.write(`${stack}/terraform.d/plugins/evil`)],
  [
    "a link",
    "linked-place",
    (at, stack) => {
      symlinkSync(at.path("victim.tf"), at.path(stack, "statelock.tfplan"));
    },
  ],
  [
    "a foreign provider",
    "foreign-provider",
    (at) => at.write("repository/terraform.bootstrap.tfstate", stateOf("evil.example.com/a/b")),
  ],
])("bootstrap starts no engine in a stack's folder with %s of somebody else", async (_what, code, make) => {
  expect(await bootstrapWith(make)).toEqual([code]);
});

it("bootstrap keeps the backup of the state to its owner, and removes a plan that a killed run left", () => {
  const at = new ScratchFolder();
  at.write("cdktf.json", JSON.stringify({ app: "true" }));
  const state = at.write("terraform.bootstrap.tfstate", STATE_TEXT);
  const plan = at.write("cdktf.out/stacks/bootstrap/statelock.tfplan");
  chmodSync(state, 0o644);
  const { port, close } = open(at.path(), false);
  const backup = port.project.retireLocalState(STATE_TEXT);
  close();
  expect([statSync(at.path(backup)).mode & 0o777, at.read(backup)]).toEqual([0o600, STATE_TEXT]);
  expect([existsSync(state), existsSync(plan)]).toEqual([false, false]);
});

it("bootstrap takes a local state with the providers of the stack", async () => {
  const state = stateOf("registry.opentofu.org/hashicorp/aws");
  const made = await bootstrapWith((at) => at.write("repository/terraform.bootstrap.tfstate", state));
  expect(made).toEqual(["synth-failed"]);
});

it.each([".terraform.bootstrap.tfstate.lock.info", "terraform.bootstrap.tfstate.backup"])(
  "bootstrap lets the engine write nothing through the link %s",
  (name) => {
    const { at, repository } = attacked();
    symlinkSync(at.path("victim.tf"), join(repository, name));
    expect(() => open(repository, false)).toThrow("linked-place");
  },
);

it.each<[string, (at: ScratchFolder, log: string) => void]>([
  [
    "a link",
    (at, log) => {
      symlinkSync(at.path("victim.tf"), log);
    },
  ],
  [
    "another name of a file",
    (at, log) => {
      linkSync(at.path("victim.tf"), log);
    },
  ],
  [
    "a pipe",
    (_at, log) => {
      execFileSync("mkfifo", [log]);
    },
  ],
])("an audit line goes to no file of the operator through %s", (_what, make) => {
  const { at, repository } = attacked();
  at.write("repository/.statelock/kept");
  make(at, join(repository, ".statelock", "audit.jsonl"));
  let noted = "";
  const terminal = { note: (text: string) => (noted += text) } as unknown as Terminal;
  recordAudit({ environment: {}, workingDirectory: repository, terminal }, { event: "x" });
  expect([noted, at.read("victim.tf")]).toEqual([expect.stringContaining("is not in"), BACKEND]);
});

it("the audit file is for its owner alone, also if a repository came with one", () => {
  const at = new ScratchFolder();
  const log = at.write(".statelock/audit.jsonl");
  recordAudit({ environment: {}, workingDirectory: at.path(), terminal: {} as Terminal }, { event: "x" });
  expect([statSync(log).mode & 0o777, at.read(".statelock/audit.jsonl")]).toEqual([0o600, '{"event":"x"}\n']);
});

it("the backup of a retired table is for its owner alone, also if there was a file", () => {
  const at = new ScratchFolder();
  const place = { name: "locks", region: "eu-central-1", account: undefined };
  for (const backup of [at.path("backup.json"), at.write("there.json", "old")]) {
    retirePort(place, backup).writeBackup("{}");
    expect([statSync(backup).mode & 0o777, readFileSync(backup, "utf8")]).toEqual([0o600, "{}"]);
  }
});
