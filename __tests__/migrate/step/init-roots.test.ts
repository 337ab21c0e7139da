import type { InitPort, InitResult, InitRoot, InitSetup, StateAddress } from "../../../lib/migrate/step/init-port";
import { initRoots } from "../../../lib/migrate/step/init-roots";
import { notInitialized, skippedConsumers } from "../../../lib/migrate/step/roots-to-init";
import { UserError, type Problem } from "../../../lib/problem/problem";
import { configFiles } from "../../support/config-files";
import { scanned } from "../../support/fleet";
import { TARGET } from "../../support/live-state";

const problem = (path: string): Problem => ({ code: "terraform-failed", path, message: "", fix: "" });
const setup = (key: string, ...partials: string[]): InitSetup => ({ bucket: "b", key, partials });
const root = (name: string, setups: InitSetup[] = [setup(name)]): InitRoot => ({
  root: name,
  engine: { name: "terraform", binary: "terraform" },
  setups,
});
const PROD = setup("prod", "prod.tfbackend");
const TEST = setup("test", "test.tfbackend");
const at = (endpoint: string): InitSetup => ({ ...setup("k", `${endpoint}.tfbackend`), endpoint });

/** Roots whose name begins with `bad` fail; `new` has changes; `cut` is interrupted. */
function port(calls: string[] = [], before?: StateAddress): InitPort & { most: number } {
  let running = 0;
  const made = {
    most: 0,
    initialized: () => before,
    withScratch: async <T>(work: (data: string) => Promise<T>): Promise<T> => {
      const result = await work("scratch");
      calls.push("scratch is gone");
      return result;
    },
    init: async ({ root: name }: InitRoot, { partials }: InitSetup, data: string | undefined) => {
      calls.push([name, ...partials, `in ${data ?? ".terraform"}`].join(" "));
      running += 1;
      made.most = Math.max(made.most, running);
      await Promise.resolve();
      running -= 1;
      return name.startsWith("bad") ? problem(name) : undefined;
    },
    plan: ({ root: name }: InitRoot) =>
      Promise.resolve(name === "new" ? "changes" : name === "cut" ? "interrupted" : ("unchanged" as const)),
    clock: () => 0,
  };
  return made as InitPort & { most: number };
}

const outcomes = (results: readonly InitResult[]): string[] =>
  results.map(({ root: name, outcome }) => `${name} ${outcome}`);
const ignore = (): void => undefined;
const options = { limit: 2, isStopped: () => false, onResult: ignore, onProgress: ignore };

it("runs a selected consumer in the folder that synth wrote, and refuses it without that folder", async () => {
  const part = { bucket: { name: "acme" }, legacyTable: "locks", consumers: [{ name: "a", locking: "both" }] } as const;
  const s3 = { bucket: "acme", key: "a/terraform.tfstate", dynamodb_table: "locks", use_lockfile: true };
  const { configurations } = await scanned({
    ...configFiles(".", part),
    "cdktf.out/stacks/a/cdk.tf.json": JSON.stringify({ terraform: { backend: { s3 } } }),
  });
  expect(notInitialized(configurations)).toEqual([]);
  const [refused] = notInitialized(configurations.filter(({ source }) => source === "consumer"));
  expect(refused).toMatchObject({ code: "consumer-root", path: "state.config.ts:4" });
  expect(refused?.fix).toContain('deploy the stack of "a"');
});

it("a consumer whose stack and root are elsewhere is skipped, and one whose root is scanned is not", async () => {
  const files = configFiles(".", { consumers: [{ name: "a" }, { name: "b" }] });
  const [first] = (await scanned(files)).configurations;
  const copy = JSON.stringify({ terraform: { backend: { s3: first?.consumer?.backend } } });
  const { configurations } = await scanned({ ...files, "copy/backend.tf.json": copy });
  expect(skippedConsumers(configurations).map(({ label }) => label)).toEqual(["b"]);
});

describe("roots are initialized and planned", () => {
  it("whatever becomes of the others, in their order, no more at a time than asked for", async () => {
    const fake = port();
    const results = await initRoots(
      fake,
      ["a", "bad", "new", "b", "c"].map((name) => root(name)),
      options,
    );
    expect(outcomes(results)).toEqual(["a unchanged", "bad failed", "new changes", "b unchanged", "c unchanged"]);
    expect(fake.most).toBeLessThanOrEqual(2);
  });

  it("once for each way a root's partial files are put together: .terraform stays on the state that it was on", async () => {
    const calls: string[] = [];
    const results = await initRoots(port(calls, { bucket: "b", key: "prod" }), [root("a", [PROD, TEST])], options);
    expect(calls).toEqual(["a prod.tfbackend in .terraform", "a test.tfbackend in scratch", "scratch is gone"]);
    expect(results.map(({ partials, initialized }) => [...partials, initialized])).toEqual([
      ["prod.tfbackend", true],
      ["test.tfbackend", false],
    ]);
  });

  it("in no .terraform where its partial files are alternatives and it was on none", async () => {
    const calls: string[] = [];
    await initRoots(port(calls), [root("a", [PROD, TEST])], options);
    expect(calls.filter((call) => call.endsWith(".terraform"))).toEqual([]);
  });

  it("to the last way, also where the first one fails", async () => {
    const results = await initRoots(port(), [root("bad", [PROD, TEST])], options);
    expect(outcomes(results)).toEqual(["bad failed", "bad failed"]);
  });

  it("and one that was interrupted has not run, and is no failure", async () => {
    const [cut] = await initRoots(port(), [root("cut")], options);
    expect(cut).toMatchObject({ outcome: "not-run", problems: [] });
  });

  it("not where the store does not lock; what a probe cannot find out is left to the engine", async () => {
    const calls: string[] = [];
    const on = (name: string): InitRoot => root(name, [{ ...setup(name), locksIn: { ...TARGET, bucket: name } }]);
    const results = await initRoots(port(calls), [on("unfit"), on("unknown"), on("fine"), root("table")], {
      ...options,
      prove: ({ bucket }) => {
        if (bucket === "fine") return Promise.resolve(undefined);
        return Promise.resolve(new UserError([problem(bucket)], bucket === "unfit" ? "refused" : "unknown"));
      },
    });
    expect(outcomes(results)).toEqual(["unfit failed", "unknown unchanged", "fine unchanged", "table unchanged"]);
    expect(calls.filter((call) => call.startsWith("unfit"))).toEqual([]);
  });

  it("until somebody stops it: what was begun ends, the rest is not run", async () => {
    let begun = 0;
    const isStopped = (): boolean => begun > 0;
    const onResult = (): void => void (begun += 1);
    const results = await initRoots(
      port(),
      ["a", "b", "c"].map((name) => root(name)),
      { ...options, limit: 1, isStopped, onResult },
    );
    expect(outcomes(results)).toEqual(["a unchanged", "b not-run", "c not-run"]);
  });
});

describe("the way that .terraform is initialized in", () => {
  /** Returns the setups that ran in `.terraform`, not in a scratch folder. */
  const inOwnFolder = async (setups: InitSetup[], before: StateAddress | undefined): Promise<InitSetup[]> => {
    const own: InitSetup[] = [];
    const init: InitPort["init"] = (_, way, data) => {
      if (data === undefined) own.push(way);
      return Promise.resolve(undefined);
    };
    await initRoots({ ...port([], before), init }, [root("a", setups)], options);
    return own;
  };

  it.each<[string, InitSetup[], StateAddress | undefined, InitSetup | undefined]>([
    ["the only one, of a root that is on nothing", [PROD], undefined, PROD],
    ["the one that it was on", [PROD, TEST], { bucket: "b", key: "test" }, TEST],
    ["none of several, of a root that is on nothing", [PROD, TEST], undefined, undefined],
    ["none, of a root that is on another key", [PROD, TEST], { bucket: "b", key: "elsewhere" }, undefined],
    ["none, of a root that is on another bucket", [PROD, TEST], { bucket: "c", key: "prod" }, undefined],
    ["not the only partial file, of a root that is on another state", [TEST], { bucket: "b", key: "prod" }, undefined],
    ["the one in the same store", [at("x"), at("y")], { ...at("y"), bucket: "b" }, at("y")],
    ["none of two for the same state", [PROD, setup("prod", "x")], { bucket: "b", key: "prod" }, undefined],
    ["none, where neither says where it is", [setup("", "x"), TEST], { bucket: "b", key: undefined }, undefined],
  ])("is %s", async (_, setups, before, expected) => {
    expect(await inOwnFolder(setups, before)).toEqual(expected === undefined ? [] : [expected]);
  });

  it("is a block that says all itself, wherever the root was before", async () => {
    const only = setup("moved");
    expect(await inOwnFolder([only], { bucket: "b", key: "prod" })).toEqual([only]);
  });
});
