import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { validJson } from "../../support/published-schemas";
import { runIn } from "../../support/run-command";
import { filesBelow } from "../../support/scratch";
import { synthProject } from "../../support/steps/synth-project";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { repository, type Repository } from "../../../lab/machine/repository";
import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type CommandResult, type Workspace } from "../../../lab/machine/workspace";

function backend(key: string, locking = '    dynamodb_table = "locks"\n'): string {
  return `terraform {\n  backend "s3" {\n    bucket         = "acme"\n    key            = "${key}"\n${locking}  }\n}\n`;
}

/** Two consumers that lock as the config does: one is a stack, the other the root live/net. */
const CONFIG = `import type { StateConfig } from "./lib";

export const stateConfig: StateConfig = {
  bucket: { name: "acme", region: "eu-central-1", account: "123456789012" },
  legacyTable: "locks",
  locking: "dynamodb",
  consumers: [
    { name: 'demo', type: 'cdktf' },
    {
      name: "network",
      key: "net", // as ever
    },
  ],
};
`;

const LOCK_LINE = "    use_lockfile   = true\n";

function codes({ stdout }: CommandResult): string[] {
  const { refusals, problems } = validJson(stdout) as {
    refusals: { problems: { code: string }[] }[];
    problems: { code: string }[];
  };
  return [...refusals.flatMap((each) => each.problems), ...problems].map(({ code }) => code);
}

function edits({ stdout }: CommandResult): string[] {
  const { byHand } = validJson(stdout) as { byHand: { file: string; line: number; label: string; edit: string }[] };
  return byHand.map(({ file, line, label, edit }) => `${file}:${String(line)} ${label}: ${edit}`);
}

describe("statelock migrate", () => {
  let workspace: Workspace;
  let project: Repository;

  beforeEach(async () => {
    workspace = createWorkspace();
    project = await repository(workspace);
    workspace.write("live/net/main.tf", backend("net"));
    workspace.write("live/app/main.tf", backend("app"));
    await project.commit();
  });

  afterEach(() => workspace.remove());

  const sources = (): Map<string, string> => filesBelow(workspace.path("live"));

  describe("scan", () => {
    it("prints a table, and ends with 0 if nothing blocks the step", async () => {
      const { stdout } = requireSuccess(await runIn(workspace, ["migrate", "scan"]));
      expect(stdout).toBe(
        [
          "2 roots in 2 files: 2 dynamodb.",
          "All have: bucket acme, dynamodb_table locks.",
          "For commands:",
          "  2 to both, table locks, bucket acme",
          "",
          "ROOT      PHASE     BUCKET  KEY  TABLE  VERSION  AT                  NEXT",
          "live/app  dynamodb  acme    app  locks  -        live/app/main.tf:2  migrate apply --to both",
          "live/net  dynamodb  acme    net  locks  -        live/net/main.tf:2  migrate apply --to both",
          "",
        ].join("\n"),
      );
    });

    it("prints JSON, alone on standard output", async () => {
      const { stdout } = requireSuccess(await runIn(workspace, ["migrate", "scan", "--json", "live/app"]));
      expect(validJson(stdout)).toMatchObject({
        version: 1,
        command: "migrate scan",
        files: 1,
        phases: { dynamodb: 1, both: 0, lockfile: 0, none: 0, unknown: 0 },
        configurations: [{ root: "live/app", bucket: { value: "acme" }, key: { value: "app" }, line: 2 }],
        problems: [],
      });
    });

    it("ends with 1 where a file is broken or two roots write one state", async () => {
      workspace.write("live/broken/main.tf", "terraform {\n");
      workspace.write("live/copy/main.tf", backend("app"));
      const { code, stderr, stdout } = await runIn(workspace, ["migrate", "scan"]);
      expect(code).toBe(1);
      expect(stderr).toContain("[unreadable-file]");
      expect(stderr).toContain("[duplicate-key]");
      expect(stdout.split("\n")).toHaveLength(10);
    });
  });

  it.each([
    [["migrate", "scan", "nowhere"]],
    [["migrate", "scan", "live/app/main.tf"]],
    [["migrate", "apply"]],
    [["migrate", "apply", "--to", "dynamodb"]],
    [["migrate", "apply", "--to", "both", "--root", "live"]],
    [["migrate", "plan", "--nonsense"]],
  ])("%j ends with 2", async (args) => {
    expect((await runIn(workspace, args)).code).toBe(2);
  });

  it.each(["scan", "plan", "apply"])("%s --help shows examples", async (command) => {
    const { stdout } = requireSuccess(await runIn(workspace, ["migrate", command, "--help"]));
    expect(stdout).toContain(`$ statelock migrate ${command}`);
  });

  describe("plan", () => {
    it("shows the fleet's next step as a patch, and changes nothing", async () => {
      const before = sources();
      const { stdout, stderr } = requireSuccess(await runIn(workspace, ["migrate", "plan", "--root", "live/net"]));
      expect(stdout).toBe(
        `--- a/live/net/main.tf\n+++ b/live/net/main.tf\n@@ -3,5 +3,6 @@\n     bucket         = "acme"\n     key            = "net"\n     dynamodb_table = "locks"\n+${LOCK_LINE}   }\n }\n`,
      );
      expect(stderr).toContain("To both: 1 root in 1 file; 0 left alone.");
      expect(sources()).toEqual(before);
    });

    it("reports what blocks a later step", async () => {
      const result = await runIn(workspace, ["migrate", "plan", "--to", "lockfile", "--json"]);
      expect([result.code, codes(result)]).toEqual([1, ["phase-order", "phase-order"]]);
    });
  });

  describe("apply", () => {
    const both = (...args: string[]): Promise<CommandResult> =>
      runIn(workspace, ["migrate", "apply", "--to", "both", "--json", ...args]);

    it("refuses a tree with changes that are not committed, and files that git does not know", async () => {
      workspace.write("README.md", "new\n");
      await project.git("add", "README.md");
      workspace.write("live/new/main.tf", backend("new"));
      const before = sources();
      const result = await both();
      expect([result.code, codes(result)]).toEqual([1, ["dirty-tree", "untracked-file"]]);
      expect(sources()).toEqual(before);
      requireSuccess(await both("--force"));
    });

    it("goes on after a run that was killed, unless somebody changed what that run wrote", async () => {
      const preload = [
        "--require",
        join(__dirname, "..", "..", "support", "die-at-write.js"),
        join(PROJECT_ROOT, "bin", "statelock.js"),
      ];
      // The record and all of the first root, and of the second what comes before its file is renamed.
      const env = { STATELOCK_TEST_DIE_AT: "19", STATELOCK_TEST_DIE_BELOW: workspace.directory };
      const killed = await workspace.run(process.execPath, [...preload, "migrate", "apply", "--to", "both"], { env });
      const moved = ["app", "net"].map((name) => sources().get(`${name}/main.tf`)?.includes(LOCK_LINE));
      expect([killed.signal, moved]).toEqual(["SIGKILL", [true, false]]);

      const after = sources().get("app/main.tf") ?? "";
      workspace.write("live/app/main.tf", `${after}# edited\n`);
      expect(codes(await both())).toEqual(["dirty-tree"]);
      workspace.write("live/app/main.tf", after);
      requireSuccess(await both());
      expect([...sources()].map(([name, text]) => [name, text.includes(LOCK_LINE)])).toEqual([
        ["app/main.tf", true],
        ["net/main.tf", true],
      ]);
      const changed = " M live/app/main.tf\n M live/net/main.tf\n?? statelock.migration.json\n";
      expect(await project.git("status", "--porcelain")).toBe(changed);
    });

    it("looks at the tree the files are in, whatever a hook's environment says", async () => {
      workspace.write("README.md", "new\n");
      const result = await runIn(workspace, ["migrate", "apply", "--to", "both", "--json"], {
        env: { GIT_DIR: workspace.path("nowhere"), GIT_INDEX_FILE: workspace.path("nowhere") },
      });
      // A file that git does not know, and that is not touched, is nobody's business.
      expect([result.code, codes(result)]).toEqual([0, []]);
    });

    it("reports that git cannot read the tree", async () => {
      const result = await runIn(workspace, ["migrate", "apply", "--to", "both", "--json"], { env: { PATH: "" } });
      expect([result.code, codes(result)]).toEqual([1, ["git-unreadable"]]);
    });

    it("needs no git where there is no working tree", async () => {
      await workspace.run("rm", ["-rf", workspace.path(".git")]);
      expect((await both()).code).toBe(0);
    });

    it("changes nothing with --dry-run, from a folder below and with names git quotes", async () => {
      workspace.write('live/od"d ü/main.tf', backend("odd"));
      workspace.write("live/with space/main.tf", backend("space").replaceAll("\n", "\r\n").trimEnd());
      await project.commit();
      const before = sources();
      const cwd = workspace.path("live", "app");
      const { stdout } = requireSuccess(
        await project.start(["migrate", "apply", "--to", "both", "--dry-run", ".."], { cwd }).done,
      );
      expect(sources()).toEqual(before);
      workspace.write("x.patch", stdout);
      await project.git("apply", "x.patch");
      const patched = sources();
      await project.git("checkout", "--quiet", ".");
      requireSuccess(await both());
      expect(sources()).toEqual(patched);
      expect([...patched.values()].every((text) => text.includes("use_lockfile"))).toBe(true);
    });

    it("edits what a link leads to, once", async () => {
      workspace.write("shared/backend.tf", 'terraform {\n  backend "s3" {\n    dynamodb_table = "t"\n  }\n}\n');
      for (const root of ["x", "y"]) {
        workspace.write(`live/${root}/${root}.tfbackend`, `bucket = "b"\nkey = "${root}"\n`);
        symlinkSync("../../shared/backend.tf", workspace.path("live", root, "backend.tf"));
      }
      await project.commit();
      const { stdout } = requireSuccess(await both("live/x", "live/y"));
      expect(validJson(stdout)).toMatchObject({ moved: [{ roots: ["live/x", "live/y"] }] });
      expect(await project.git("status", "--short")).toBe(" M shared/backend.tf\n?? statelock.migration.json\n");
    });

    it("leaves a root with a read-only file alone, and moves the others", async () => {
      chmodSync(workspace.path("live", "app", "main.tf"), 0o444);
      const result = await both();
      expect([result.code, codes(result)]).toEqual([1, ["read-only-file"]]);
      expect(sources().get("net/main.tf")).toBe(backend("net").replace('"locks"\n', `"locks"\n${LOCK_LINE}`));
    });

    it("names the edit of each consumer; synth follows, and refuses a consumer that skips a phase", async () => {
      const home = synthProject(workspace, "home", CONFIG);
      workspace.write(".gitignore", "cdktf.out\n");
      await project.commit();
      const unread = await both("home", "live/app");
      expect([unread.code, codes(unread)]).toEqual([1, ["not-synthesized"]]);
      requireSuccess(await home.synth());
      const step = await both("--force", "home", "live");
      expect([step.code, codes(step), edits(step)]).toEqual([
        1,
        [],
        ['home/state.config.ts:8 demo: locking: "both"', 'home/state.config.ts:10 network: locking: "both"'],
      ]);
      expect(home.read("state.config.ts")).toBe(CONFIG);
      expect(sources().get("net/main.tf")).toContain(LOCK_LINE);

      const set = (locking: string): void => {
        workspace.write("home/state.config.ts", CONFIG.replace('locking: "dynamodb"', `locking: "${locking}"`));
      };
      set("both");
      requireSuccess(await home.synth());
      expect([home.stackLocking("demo"), home.grantsTable("demo")]).toEqual([{ table: "locks", lockfile: true }, true]);
      requireSuccess(await both("--force", "home", "live"));
      await project.commit();

      // Edited before anybody asked whether that is safe.
      set("lockfile");
      const skipped = await home.synth();
      expect([skipped.code, skipped.stderr.match(/\[phase-skipped\]/g)]).toEqual([
        1,
        ["[phase-skipped]", "[phase-skipped]"],
      ]);
      expect(skipped.stderr).toContain("statelock migrate apply --to lockfile --root network");
      const lockfile = (...args: string[]): Promise<CommandResult> =>
        runIn(workspace, ["migrate", "apply", "--to", "lockfile", "--offline", "--force", "--json", ...args]);
      const known = await lockfile("--root", "demo");
      expect([known.code, edits(known)]).toEqual([1, ['home/state.config.ts:8 demo: locking: "lockfile"']]);
      expect((await home.synth()).stderr.match(/consumers\[\d\]/g)).toEqual(["consumers[1]"]);

      expect((await lockfile("home", "live/net")).code).toBe(1);
      requireSuccess(await home.synth());
      requireSuccess(await lockfile("home", "live/net"));
      expect([home.stackLocking("demo"), home.grantsTable("demo"), home.grantsTable("network")]).toEqual([
        { lockfile: true },
        false,
        false,
      ]);
    });

    it("two runs at once move each root once, and leave nothing behind", async () => {
      for (let index = 0; index < 150; index += 1)
        workspace.write(`live/${String(index)}/main.tf`, backend(String(index)));
      await project.commit();
      const started = [1, 2, 3].map(
        () => project.start(["migrate", "apply", "--to", "both", "--json", "--force"]).done,
      );
      const runs = await Promise.all(started);
      for (const run of runs) expect(codes(run).filter((code) => code !== "already-running")).toEqual([]);
      const after = sources();
      expect(after.size).toBe(152);
      for (const text of after.values()) expect(text.match(/use_lockfile/g)).toHaveLength(1);
    });
  });
});
