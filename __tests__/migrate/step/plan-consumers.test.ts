import { stepByHand } from "../../../lib/migrate/scan/next-step";
import type { MoveOptions, MovePlan } from "../../../lib/migrate/step/move-plan";
import { configurationJson } from "../../../cli/migrate/scan/configuration-json";
import type { Locking } from "../../../lib/policy/access-level";
import { configFiles } from "../../support/config-files";
import { planned, scanned, type Fleet } from "../../support/fleet";
import { places } from "../../support/home";

/** Files of a project whose consumers lock like this. */
function project(folder: string, consumers: Readonly<Record<string, Locking>>): Fleet {
  const list = Object.entries(consumers).map(([name, locking]) => ({ name, locking }));
  return configFiles(folder, { legacyTable: "locks", consumers: list });
}

function root(key: string, locking: string): string {
  return `terraform {\n  backend "s3" {\n    bucket = "acme-tfstate"\n    key    = "${key}/terraform.tfstate"\n${locking}  }\n}\n`;
}

const DYNAMODB = '    dynamodb_table = "locks"\n';
const BOTH = '    dynamodb_table = "locks"\n    use_lockfile   = true\n';

function stack(key: string, locking: object): string {
  const s3 = { bucket: "acme-tfstate", key: `${key}/terraform.tfstate`, ...locking };
  return JSON.stringify({ terraform: { backend: { s3 } } });
}

/** What a plan does with each root: `move`, `by hand`, or why not. */
async function outcome(fleet: Fleet, options: MoveOptions): Promise<string[]> {
  const plan = await planned(fleet, options);
  return [
    ...plan.moves.map(({ roots }) => `${roots.join(" + ")}: move`),
    ...plan.byHand.map((each) => `${each.root}: by hand: ${stepByHand(each, plan.to)}`),
    ...plan.refusals.flatMap(({ roots, problems }) => places(problems).map((place) => `${roots.join()}: ${place}`)),
  ];
}

const TWO = { a: "dynamodb", b: "dynamodb" } as const;
const A = '"a" in state.config.ts:4';

describe("a scan", () => {
  it("finds the consumers of a config, with the state and the table that synth gives them", async () => {
    const consumers = [
      { name: "a", type: "cdktf", locking: "both" },
      { name: "b", key: "teams/b", workspaceKeyPrefix: "w" },
    ] as const;
    const { configurations } = await scanned(configFiles("infra", { legacyTable: "locks", consumers }));
    expect(
      configurations.map(({ root: name, source, phase, key, table }) => [name, source, phase, key, table]),
    ).toEqual([
      ["infra/state.config.ts#a", "consumer", "both", { value: "a/terraform.tfstate" }, { value: "locks" }],
      ["infra/state.config.ts#b", "consumer", "lockfile", { value: "teams/b" }, undefined],
    ]);
  });

  it("does not take a consumer and its root, or its stack, for two roots with one state", async () => {
    const fleet = {
      ...project(".", TWO),
      "live/a/main.tf": root("a", DYNAMODB),
      "cdktf.out/stacks/b/cdk.tf.json": stack("b", { dynamodb_table: "locks" }),
      "cdktf.out/backends/a/backend.tf": root("a", DYNAMODB),
      "cdktf.out/backends/a/backend.tf.json": stack("a", { dynamodb_table: "locks" }),
    };
    const { configurations, problems } = await scanned(fleet);
    expect(problems).toEqual([]);
    expect(configurations.map(({ root: name, next }) => [name, next])).toEqual([
      ["cdktf.out/stacks/b", "move state.config.ts#b, then synthesize and deploy"],
      ["live/a", "migrate apply --to both"],
      ["state.config.ts#a", `set locking: "both" for consumer ${A}, then synthesize and deploy`],
      ["state.config.ts#b", 'set locking: "both" for consumer "b" in state.config.ts:8, then synthesize and deploy'],
    ]);
    const twice = { ...fleet, "live/copy/main.tf": root("a", DYNAMODB), ...project("other", TWO) };
    expect(places((await scanned(twice)).problems)).toEqual([
      "duplicate-key live/copy/main.tf:2",
      "duplicate-key state.config.ts:4",
      "duplicate-key state.config.ts:8",
    ]);
  });

  it("passes over what synth wrote to be copied also where the inventory is gone", async () => {
    const { configurations, problems } = await scanned({
      "state.config.ts": "",
      "live/a/main.tf": root("a", DYNAMODB),
      "cdktf.out/backends/a/backend.tf": root("a", DYNAMODB),
      "cdktf.out/backends/a/backend.tf.json": stack("a", { dynamodb_table: "locks" }),
    });
    expect(configurations.map(({ root: name }) => name)).toEqual(["live/a"]);
    expect(places(problems)).toEqual(["not-synthesized state.config.ts"]);
  });
});

describe("a step", () => {
  it("leaves consumers to an operator, with the edit and its line; what synth made of them is not by hand", async () => {
    const fleet = {
      ...project(".", { a: "dynamodb", b: "both", c: "lockfile" }),
      "cdktf.out/stacks/a/cdk.tf.json": stack("a", { dynamodb_table: "locks" }),
    };
    expect(await outcome(fleet, { to: "both" })).toEqual([
      `state.config.ts#a: by hand: set locking: "both" for consumer ${A}, then synthesize and deploy`,
    ]);
    const { settled, byHand } = planJsonOf(await planned(fleet, { to: "both" }));
    expect([settled, byHand]).toEqual([
      ["cdktf.out/stacks/a", "state.config.ts#a", "state.config.ts#b", "state.config.ts#c"],
      [["state.config.ts", 4, "a", 'locking: "both"']],
    ]);
  });

  it("checks the result from the inventory of the next synth", async () => {
    expect(await outcome(project(".", { a: "both" }), { to: "both" })).toEqual([]);
  });

  it("moves plain roots while their consumers wait for an operator", async () => {
    const fleet = { ...project(".", { a: "dynamodb" }), "live/a/main.tf": root("a", DYNAMODB) };
    expect(await outcome(fleet, { to: "both" })).toEqual([
      "live/a: move",
      expect.stringContaining("state.config.ts#a: by hand"),
    ]);
  });

  it("to lockfile refuses a consumer that would skip both, and leaves the others to an operator", async () => {
    expect(await outcome(project(".", { a: "dynamodb", b: "both" }), { to: "lockfile" })).toEqual([
      'state.config.ts#b: by hand: set locking: "lockfile" for consumer "b" in state.config.ts:8, then synthesize and deploy',
      "state.config.ts#a: phase-order state.config.ts:4",
    ]);
  });

  it("to lockfile waits for a root of its state, and for what synth made before", async () => {
    const fleet = {
      ...project(".", { a: "both", b: "both" }),
      "live/a/main.tf": root("a", DYNAMODB),
      "cdktf.out/stacks/b/cdk.tf.json": stack("b", { dynamodb_table: "locks" }),
    };
    const { refusals } = await planned(fleet, { to: "lockfile", roots: ["state.config.ts#a", "state.config.ts#b"] });
    expect(refusals.map(({ problems }) => problems.map(({ code, fix }) => `${code}: ${fix}`))).toEqual([
      ['still-dynamodb: Move "live/a" to both first. Until then neither of the two sees the locks of the other.'],
      ['still-dynamodb: Synthesize and deploy first: "cdktf.out/stacks/b" is older than its config.'],
    ]);
  });

  it("to lockfile takes the root of its state along, or stays: its grants on the table would be gone", async () => {
    const fleet = { ...project(".", { a: "both" }), "live/a/main.tf": root("a", BOTH) };
    expect(await outcome(fleet, { to: "lockfile", roots: ["state.config.ts#a"] })).toEqual([
      "state.config.ts#a: root-left-behind state.config.ts:4",
    ]);
    expect(await outcome(fleet, { to: "lockfile" })).toEqual([
      "live/a: move",
      expect.stringContaining('set locking: "lockfile" for consumer "a"'),
    ]);
  });

  it("a step back to both names no table, and uses the config's table alone", async () => {
    const fleet = project(".", { a: "lockfile" });
    const back = (table: string): MoveOptions => ({ to: "both", back: { table } });
    expect(await outcome(fleet, back("other"))).toEqual(["state.config.ts#a: table-differs state.config.ts:4"]);
    expect(await outcome(fleet, back("locks"))).toEqual([expect.stringContaining('set locking: "both"')]);
    expect(await outcome(project(".", { a: "both" }), { to: "dynamodb", back: { table: undefined } })).toEqual([
      expect.stringContaining('set locking: "dynamodb"'),
    ]);
  });
});

function planJsonOf(plan: MovePlan): { readonly settled: readonly string[]; readonly byHand: unknown[] } {
  const byHand = plan.byHand.map((each) => configurationJson(each, plan.to));
  return { settled: plan.settled, byHand: byHand.map(({ file, line, label, edit }) => [file, line, label, edit]) };
}
