import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { PROJECT_ROOT } from "../lab/machine/project-root";
import { inventorySchema } from "../lib/inventory/inventory";
import { parseBootstrapRecord } from "../lib/record/bootstrap-record";
import { parseSeenRecord } from "../lib/record/migration-record";
import { isNewerVersion, OWN_VERSION } from "../lib/text/own-version";
import { scratch } from "./support/scratch";

/** What version 0.1.0 left: a config with edits, both records, the inventory and the bootstrap stack. */
const OLD = join(__dirname, "support", "fixtures", "project-0.1.0");

const text = (...path: readonly string[]): string => readFileSync(join(...path), "utf8");

/** Resource attributes and outputs by `type.name.attribute`: what a plan compares. */
function leaves(stack: string): ReadonlyMap<string, string> {
  const parsed = JSON.parse(stack) as Readonly<Record<string, Readonly<Record<string, object>>>>;
  const walk = (value: unknown, path: string): [string, string][] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, part]) => (key === "//" ? [] : walk(part, `${path}.${key}`)))
      : [[path, JSON.stringify(value)]];
  return new Map([...walk(parsed["resource"], "resource"), ...walk(parsed["output"], "output")]);
}

describe("a project made with 0.1.0", () => {
  it("is synthesized by this version from its own files; the plan adds the newer guard and policies, and what names the version, and no more", () => {
    const project = join(scratch(), "project");
    cpSync(OLD, project, { recursive: true });
    // The demo is a CDKTF stack: the app of a clone has it, and a config alone cannot.
    const config = text(project, "state.config.ts");
    const app = `const { runTypeScript } = require(${JSON.stringify(join(PROJECT_ROOT, "lib/programs/run-typescript.js"))});
      runTypeScript();
      const { synthesizeHome } = require(${JSON.stringify(join(PROJECT_ROOT, "dist/index.js"))});
      const { consumerStacks } = require(${JSON.stringify(join(PROJECT_ROOT, "stacks"))});
      synthesizeHome(require("./state.config.ts").stateConfig, consumerStacks);`;
    const run = spawnSync(process.execPath, ["-e", app], {
      cwd: project,
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
    });
    expect([run.status, run.stderr]).toEqual([
      0,
      "Synthesized acme-tfstate-123456789012 into cdktf.out/\n  2 stacks, backend files of 2 consumers, 8 policy files, inventory.json\n",
    ]);

    const stack = ["stacks", "bootstrap", "cdk.tf.json"];
    const [before, after] = [leaves(text(OLD, "synthesized", ...stack)), leaves(text(project, "cdktf.out", ...stack))];
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
      (path) => before.get(path) !== after.get(path) && !/^output\..*\.description$/.test(path),
    );
    // Its grants name the account of the bucket, which 0.1.0 did not do.
    const isPolicy = (path: string): boolean => path.startsWith("resource.aws_iam_policy.consumer-");
    expect(changed.filter(isPolicy)).toHaveLength(8);
    expect(changed.filter((path) => !isPolicy(path))).toEqual([
      "resource.aws_s3_bucket_policy.state_guard_0CF14A3C.policy",
      "resource.aws_s3_bucket.state_bucket_803B4E61.tags.statelock_version",
      "output.guard_version.value",
      "output.statelock_version.value",
    ]);
    expect(text(project, "state.config.ts")).toBe(config);
  });

  it("has an inventory and records that this version reads", () => {
    expect(inventorySchema.safeParse(JSON.parse(text(OLD, "synthesized", "inventory.json"))).success).toBe(true);
    expect(parseBootstrapRecord(text(OLD, "bootstrap.state.json"))).toMatchObject({
      lineage: expect.any(String) as string,
    });
    expect(parseSeenRecord(text(OLD, "statelock.migration.json"))).toMatchObject({ version: 1 });
  });
});

it("records of a later release are read, and their new fields stay", () => {
  const record = { ...(JSON.parse(text(OLD, "bootstrap.state.json")) as object), statelock: "9.0.0", later: true };
  expect(parseBootstrapRecord(JSON.stringify(record))).toEqual(record);
});

it("versions are compared by number", () => {
  expect(isNewerVersion("0.10.0", "0.9.9")).toBe(true);
  expect(isNewerVersion("0.1.0", "0.1.0")).toBe(false);
  expect(isNewerVersion("0.1.0", "1.0.0")).toBe(false);
  expect(isNewerVersion(OWN_VERSION, "nonsense")).toBe(false);
});
