import { papersOf } from "../../lib/home/papers";
import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { artifacts, writeArtifacts } from "../../lib/artifacts/write-artifacts";
import { policyJson } from "../../lib/policy/policy-document";
import { home, KEY_ARN, role } from "../support/home";
import { filesBelow, scratch } from "../support/scratch";
import { synthHome } from "../support/synth";

const HOME = home({
  locking: "both",
  legacyTable: "locks",
  bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN }, tags: { b: "1", a: "2" } },
  consumers: [
    { name: "demo", type: "cdktf" },
    { name: "network", workspaceKeyPrefix: "network/ws", access: { reader: [role("b"), role("a")] } },
  ],
});

it("the inventory comes last, when all that it names is there", () => {
  expect([...new Map(artifacts(papersOf(HOME))).keys()].at(-1)).toBe("inventory.json");
});

it("writes the same policies that the bootstrap stack creates", () => {
  const files = new Map(artifacts(papersOf(HOME)));
  for (const { consumer, policies } of papersOf(HOME).consumers) {
    for (const { level, document } of policies) {
      expect(files.get(`policies/${consumer.name}.${level}.json`)).toBe(policyJson(document));
    }
  }
  expect(files.get("policies/guard.json")).toBe(policyJson(papersOf(HOME).guard));
});

it("every text ends with a newline, and no text names its own folder", () => {
  const outdir = scratch();
  writeArtifacts(papersOf(HOME), outdir);
  const contents = [...filesBelow(outdir).values()];
  expect(contents.filter((content) => !content.endsWith("\n") || content.includes(outdir))).toEqual([]);
});

it("writes exactly the files that it means to, and leaves no other file beside them", () => {
  const outdir = scratch();
  writeArtifacts(papersOf(HOME), outdir);
  expect(filesBelow(outdir)).toEqual(new Map([...artifacts(papersOf(HOME))].sort(([a], [b]) => (a < b ? -1 : 1))));
});

it("two runs into two folders are the same byte for byte, stacks and manifest too", () => {
  const first = synthHome(HOME);
  expect([...first.keys()]).toEqual(expect.arrayContaining(["manifest.json", "stacks/demo/cdk.tf.json"]));
  expect(synthHome(HOME)).toEqual(first);
});

it("a stack whose consumer is gone cannot be deployed any more; the rest of its folder stays", () => {
  const outdir = scratch();
  for (const path of ["stacks/gone/cdk.tf.json", "stacks/gone/plan", "stacks/demo/cdk.tf.json"]) {
    mkdirSync(join(outdir, path, ".."), { recursive: true });
    writeFileSync(join(outdir, path), "{}");
  }
  writeArtifacts(papersOf(HOME), outdir);
  const stacks = [...filesBelow(outdir).keys()].filter((path) => path.startsWith("stacks/"));
  expect(stacks.sort()).toEqual(["stacks/demo/cdk.tf.json", "stacks/gone/plan"]);
});

it("the files of a consumer that is gone, or of a level it lost, are removed", () => {
  const outdir = scratch();
  writeArtifacts(papersOf(HOME), outdir);
  const fewer = home({ consumers: [{ name: "network" }] });
  writeArtifacts(papersOf(fewer), outdir);
  expect([...filesBelow(outdir).keys()]).toEqual([...new Map(artifacts(papersOf(fewer))).keys()].sort());
  expect(existsSync(join(outdir, "backends", "demo"))).toBe(false);
});

it("touches no file outside of its own folders", () => {
  const outdir = scratch();
  mkdirSync(join(outdir, "stacks", "demo"), { recursive: true });
  writeFileSync(join(outdir, "stacks", "demo", "plan"), "x");
  writeFileSync(join(outdir, "notes.txt"), "x");
  writeArtifacts(papersOf(HOME), outdir);
  expect([...filesBelow(outdir).keys()]).toEqual(expect.arrayContaining(["notes.txt", "stacks/demo/plan"]));
});

it("a file that has not changed is not written again", () => {
  const outdir = scratch();
  writeArtifacts(papersOf(HOME), outdir);
  const inventory = join(outdir, "inventory.json");
  utimesSync(inventory, 1, 1);
  writeArtifacts(papersOf(HOME), outdir);
  expect(statSync(inventory).mtimeMs).toBe(1000);
});

it("a home without consumers has its guard and its inventory", () => {
  const outdir = scratch();
  writeArtifacts(papersOf(home({ consumers: [] })), outdir);
  expect([...filesBelow(outdir).keys()]).toEqual(["inventory.json", "policies/guard.json"]);
});

it("when the last consumer goes, so do its files", () => {
  const outdir = scratch();
  writeArtifacts(papersOf(HOME), outdir);
  writeArtifacts(papersOf(home({ consumers: [] })), outdir);
  expect([...filesBelow(outdir).keys()]).toEqual(["inventory.json", "policies/guard.json"]);
});
