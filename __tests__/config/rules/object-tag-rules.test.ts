import type { ConsumerConfig, StateConfig } from "../../../lib/config/state-config";
import { config, home, places, refusals, text } from "../../support/home";

const tofu = { engine: "tofu" } as const;

function problems(consumers: readonly Partial<ConsumerConfig>[], part: Partial<StateConfig> = tofu): readonly string[] {
  const named = consumers.map((consumer, index) => ({ name: `c${String(index)}`, ...consumer }));
  return places(refusals(config({ ...part, consumers: named })));
}

it("tags of locks and states are for consumers that OpenTofu runs", () => {
  const tagged = { lockTags: { object: "lock" }, stateTags: { team: "net" } };
  expect(problems([tagged])).toEqual([]);
  expect(problems([{ ...tagged, ...tofu }], {})).toEqual([]);
  expect(problems([tagged], {})).toEqual([
    "engine-option consumers[0].lockTags",
    "engine-option consumers[0].stateTags",
  ]);
  expect(problems([{ ...tagged, engine: "terraform" }])).toHaveLength(2);
});

it("Terraform is refused by name, with the way on", () => {
  expect(text(refusals(config({ consumers: [{ name: "app", lockTags: { a: "b" } }] })))).toMatchInlineSnapshot(`
    "[engine-option] consumers[0].lockTags must not be set for Terraform, which cannot tag objects
      -> Set engine: "tofu" if OpenTofu 1.11 or later runs this consumer, or remove it."
  `);
});

it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ["no tag", {}, ["tags consumers[0].stateTags"]],
  ["ten tags", Object.fromEntries(Array.from("abcdefghij", (key) => [key, ""])), []],
  ["eleven tags", Object.fromEntries(Array.from("abcdefghijk", (key) => [key, ""])), ["tags consumers[0].stateTags"]],
  ["a key of AWS", { "aws:x": "y" }, ["tags consumers[0].stateTags.aws:x"]],
  ["a value that a policy would read as a variable", { a: "${b}" }, ["tags consumers[0].stateTags.a"]],
  ["a wildcard", { a: "*" }, ["tags consumers[0].stateTags.a"]],
])("%s", (_what, stateTags, expected) => {
  expect(problems([{ stateTags }])).toEqual(expected);
});

describe("the tags of locks", () => {
  it.each([
    ["the same", { a: "1" }],
    ["more", { a: "1", b: "2" }],
  ])("must not be on states: of another consumer, %s", (_what, stateTags) => {
    expect(problems([{ lockTags: { a: "1" } }, { stateTags }])).toEqual(["lock-tags consumers[0].lockTags"]);
  });

  it.each([
    ["another value", { a: "2" }],
    ["fewer", { b: "2" }],
  ])("may be beside states with %s", (_what, stateTags) => {
    expect(problems([{ lockTags: { a: "1", b: "2" } }, { stateTags }])).toEqual([]);
  });

  it("need a lifecycle rule each, and S3 takes a thousand", () => {
    const consumers = Array.from({ length: 1_000 }, (_, index) => ({ lockTags: { of: String(index) } }));
    expect(problems(consumers)).toEqual(["lock-tags consumers"]);
  });
});

it("history.lockDays needs tagged locks, and is not longer than the history of states", () => {
  const bucket = (lockDays: number): { bucket: StateConfig["bucket"] } => config({ bucket: { history: { lockDays } } });
  const tagged = { lockTags: { a: "1" } };
  expect(problems([{}], { ...tofu, ...bucket(3) })).toEqual(["history bucket.history.lockDays"]);
  expect(problems([tagged], { ...tofu, ...bucket(0) })).toEqual(["history bucket.history.lockDays"]);
  expect(problems([tagged], { ...tofu, ...bucket(91) })).toEqual(["history bucket.history.lockDays"]);
  const made = home({ ...tofu, ...bucket(3), consumers: [{ name: "app", ...tagged }] });
  expect(made.bucket.history.locks).toEqual({ days: 3, newestVersions: 10, tags: [{ a: "1" }] });
});
