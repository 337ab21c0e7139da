import type { MoveOptions } from "../../../lib/migrate/step/plan";
import { moved, phases, planned, scanned, type Fleet } from "../../support/fleet";
import { places } from "../../support/home";

function config(...consumers: readonly string[]): string {
  return `export const stateConfig = {
  bucket: { name: "acme-tfstate", region: "eu-central-1", account: "123456789012" },
  legacyTable: "locks",
  consumers: [
    ${consumers.join(",\n    ")}
  ],
};
`;
}

function consumer(name: string, locking: string): string {
  return `{ name: "${name}", locking: "${locking}" }`;
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

async function outcome(fleet: Fleet, options: MoveOptions): Promise<{ moves: string[]; refusals: string[] }> {
  const plan = await planned(fleet, options);
  return {
    moves: plan.moves.map(({ roots, folder }) => `${folder}: ${roots.join(" + ")}`),
    refusals: plan.refusals.flatMap(({ roots, problems }) =>
      places(problems).map((place) => `${roots.join()}: ${place}`),
    ),
  };
}

const TWO = config(consumer("a", "dynamodb"), consumer("b", "dynamodb"));

describe("a scan", () => {
  it("finds the consumers of a config, with the state and the table that synth gives them", async () => {
    const text = config(
      '{ name: "a", type: "cdktf", locking: "both" }',
      '{ name: "b", key: "teams/b", workspaceKeyPrefix: "w" }',
      "{ name: process.env.NAME }",
    );
    const { configurations } = await scanned({ "infra/state.config.ts": text });
    expect(
      configurations.map(({ root, source, phase, bucket, key, table }) => [root, source, phase, bucket, key, table]),
    ).toEqual([
      [
        "infra/state.config.ts#2",
        "consumer",
        "lockfile",
        { value: "acme-tfstate" },
        { expression: "process.env.NAME" },
        undefined,
      ],
      [
        "infra/state.config.ts#a",
        "consumer",
        "both",
        { value: "acme-tfstate" },
        { value: "a/terraform.tfstate" },
        { value: "locks" },
      ],
      ["infra/state.config.ts#b", "consumer", "lockfile", { value: "acme-tfstate" }, { value: "teams/b" }, undefined],
    ]);
  });

  it("does not take a consumer and its root, or its stack, for two roots with one state", async () => {
    const fleet = {
      "state.config.ts": TWO,
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
      ["state.config.ts#a", "migrate apply --to both"],
      ["state.config.ts#b", "migrate apply --to both"],
    ]);
    const twice = { ...fleet, "live/copy/main.tf": root("a", DYNAMODB), "other/state.config.ts": TWO };
    expect(places((await scanned(twice)).problems)).toEqual([
      "duplicate-key live/copy/main.tf:2",
      "duplicate-key state.config.ts:5",
      "duplicate-key state.config.ts:6",
    ]);
  });

  it("passes over what synth wrote to be copied also where the config cannot be read any more", async () => {
    const { configurations, problems } = await scanned({
      "state.config.ts": "export const stateConfig = {\n  bucket: {,\n",
      "live/a/main.tf": root("a", DYNAMODB),
      "cdktf.out/backends/a/backend.tf": root("a", DYNAMODB),
      "cdktf.out/backends/a/backend.tf.json": stack("a", { dynamodb_table: "locks" }),
    });
    expect(configurations.map(({ root: name }) => name)).toEqual(["live/a"]);
    expect(problems.map(({ code }) => code)).toEqual(["unreadable-file"]);
  });

  it("tells the line of a config that nobody can read", async () => {
    const { problems } = await scanned({ "state.config.ts": "export const stateConfig = {\n  bucket: {,\n" });
    expect(places(problems)).toEqual(["unreadable-file state.config.ts:2"]);
  });
});

describe("a step", () => {
  it("moves the consumers of a config together, in its folder, and what synth made of them is not by hand", async () => {
    const fleet = {
      "infra/state.config.ts": TWO,
      "infra/cdktf.out/stacks/a/cdk.tf.json": stack("a", { dynamodb_table: "locks" }),
    };
    const plan = await planned(fleet, { to: "both" });
    expect(plan.byHand).toEqual([]);
    expect(await outcome(fleet, { to: "both" })).toEqual({
      moves: ["infra: infra/state.config.ts#a + infra/state.config.ts#b"],
      refusals: [],
    });
    const after = await moved(fleet, { to: "both" });
    expect(after["infra/state.config.ts"]).toBe(TWO.replaceAll("dynamodb", "both"));
    expect((await planned(after, { to: "both" })).settledFolders).toContain("infra");
  });

  it("moves one without the others in its file, selected or refused", async () => {
    const fleet = { "state.config.ts": TWO };
    const selected = await moved(fleet, { to: "both", roots: ["state.config.ts#b"] });
    expect(await phases(selected)).toEqual(["dynamodb state.config.ts#a", "both state.config.ts#b"]);
    expect(await outcome(selected, { to: "lockfile" })).toEqual({
      moves: [".: state.config.ts#b"],
      refusals: ["state.config.ts#a: phase-order state.config.ts:5"],
    });
  });

  it("leaves the consumer alone that is not written out, with its line, and moves the others", async () => {
    const text = config('{ ...base, name: "a" }', consumer("b", "dynamodb")).replace(
      "export",
      'const base = { locking: "dynamodb" };\nexport',
    );
    expect(await outcome({ "state.config.ts": text }, { to: "both" })).toEqual({
      moves: [".: state.config.ts#b"],
      refusals: ["state.config.ts#a: config-computed state.config.ts:6"],
    });
  });

  it("to lockfile names nothing but what keeps it from moving at all", async () => {
    const text = config('{ ...base, name: "a", locking: "dynamodb" }').replace("export", "const base = {};\nexport");
    expect(await outcome({ "state.config.ts": text }, { to: "lockfile" })).toEqual({
      moves: [],
      refusals: ["state.config.ts#a: config-computed state.config.ts:6"],
    });
  });

  it("to lockfile removes what is the default then", async () => {
    const after = await moved({ "state.config.ts": TWO.replaceAll("dynamodb", "both") }, { to: "lockfile" });
    expect(after["state.config.ts"]).toBe(config('{ name: "a" }', '{ name: "b" }'));
    expect(await phases(after)).toEqual(["lockfile state.config.ts#a", "lockfile state.config.ts#b"]);
  });

  it("to lockfile waits for a root of its state, and for what synth made before", async () => {
    const both = config(consumer("a", "both"), consumer("b", "both"));
    const fleet = {
      "state.config.ts": both,
      "live/a/main.tf": root("a", DYNAMODB),
      "cdktf.out/stacks/b/cdk.tf.json": stack("b", { dynamodb_table: "locks" }),
    };
    const { refusals } = await planned(fleet, { to: "lockfile", roots: ["state.config.ts#a", "state.config.ts#b"] });
    expect(refusals.map(({ problems }) => problems.map(({ code, fix }) => `${code}: ${fix}`))).toEqual([
      ['still-dynamodb: Move "live/a" to both first: until then the two would not exclude each other.'],
      [
        'still-dynamodb: Synthesize and deploy it first: "cdktf.out/stacks/b" is still what it was before its config changed.',
      ],
    ]);
  });

  it("to lockfile takes the root of its state along, or stays: its grants on the table would be gone", async () => {
    const fleet = { "state.config.ts": config(consumer("a", "both")), "live/a/main.tf": root("a", BOTH) };
    expect(await outcome(fleet, { to: "lockfile", roots: ["state.config.ts#a"] })).toEqual({
      moves: [],
      refusals: ["state.config.ts#a: root-left-behind state.config.ts:5"],
    });
    expect((await outcome(fleet, { to: "lockfile" })).moves).toEqual(["live/a: live/a", ".: state.config.ts#a"]);
  });

  it("back to both names no table, and takes that of the config alone", async () => {
    const fleet = { "state.config.ts": config('{ name: "a" }') };
    const back = (table: string): MoveOptions => ({ to: "both", back: { table } });
    expect(await outcome(fleet, back("other"))).toEqual({
      moves: [],
      refusals: ["state.config.ts#a: table-differs state.config.ts:5"],
    });
    const both = await moved(fleet, back("locks"));
    expect(await phases(both)).toEqual(["both state.config.ts#a"]);
    const dynamodb = await moved(both, { to: "dynamodb", back: { table: undefined } });
    expect(dynamodb["state.config.ts"]).toBe(config(consumer("a", "dynamodb")));
  });
});
