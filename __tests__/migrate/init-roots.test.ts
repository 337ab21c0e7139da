import { initRoots, notInitialized, type InitPort, type InitResult, type InitRoot } from "../../lib/migrate/init-roots";
import type { Problem } from "../../lib/problem";
import { scanned } from "../support/fleet";

const problem = (path: string): Problem => ({ code: "terraform-failed", path, message: "", fix: "" });
const root = (name: string, partials: string[][] = [[]]): InitRoot => ({ root: name, tool: "terraform", partials });

/** Roots whose name begins with `bad` fail; `new` has changes. */
function port(calls: string[] = []): InitPort & { most: number } {
  let running = 0;
  const made = {
    most: 0,
    init: async ({ root: name }: InitRoot, partials: readonly string[]) => {
      calls.push([name, ...partials].join(" "));
      running += 1;
      made.most = Math.max(made.most, running);
      await Promise.resolve();
      running -= 1;
      return name.startsWith("bad") ? problem(name) : undefined;
    },
    plan: ({ root: name }: InitRoot) => Promise.resolve(name === "new" ? ("changes" as const) : ("unchanged" as const)),
    clock: () => 0,
  };
  return made;
}

const outcomes = (results: readonly InitResult[]): string[] =>
  results.map(({ root: name, outcome }) => `${name} ${outcome}`);
const options = { limit: 2, isStopped: () => false, onResult: () => undefined };

it("a consumer that is asked for is run in what synth made of it, and refused without", async () => {
  const config = `export const stateConfig = {
  bucket: { name: "b", region: "eu-central-1", account: "123456789012" },
  legacyTable: "t",
  consumers: [{ name: "a", locking: "both" }],
};
`;
  const s3 = { bucket: "b", key: "a/terraform.tfstate", dynamodb_table: "t", use_lockfile: true };
  const { configurations } = await scanned({
    "state.config.ts": config,
    "cdktf.out/stacks/a/cdk.tf.json": JSON.stringify({ terraform: { backend: { s3 } } }),
  });
  expect(notInitialized(configurations)).toEqual([]);
  const [refused] = notInitialized(configurations.filter(({ source }) => source === "consumer"));
  expect(refused).toMatchObject({ code: "consumer-root", path: "state.config.ts:4" });
  expect(refused?.fix).toContain('for the stack of "a"');
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

  it("once for each way a root's partial files are put together", async () => {
    const calls: string[] = [];
    await initRoots(port(calls), [root("a", [["prod.tfbackend"], ["test.tfbackend"]])], options);
    expect(calls).toEqual(["a prod.tfbackend", "a test.tfbackend"]);
  });

  it("until somebody stops it: what was begun ends, the rest is not run", async () => {
    let begun = 0;
    const isStopped = (): boolean => begun > 0;
    const onResult = (): void => void (begun += 1);
    const results = await initRoots(
      port(),
      ["a", "b", "c"].map((name) => root(name)),
      { limit: 1, isStopped, onResult },
    );
    expect(outcomes(results)).toEqual(["a unchanged", "b not-run", "c not-run"]);
  });
});
