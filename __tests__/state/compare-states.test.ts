import { compareStates } from "../../lib/state/compare-states";
import { parseState, type TerraformState } from "../../lib/state/parse-state";
import { stateText, type InstancePart, type StatePart } from "../support/state-text";

function state(part: StatePart): TerraformState {
  const reading = parseState(stateText(part));
  if ("noState" in reading) throw new Error(reading.noState);
  return reading.state;
}

const instances = (...parts: readonly InstancePart[]): TerraformState => state({ instances: parts });

/** A line for each difference. */
function lines(before: TerraformState, after: TerraformState): string[] {
  const { resources, outputs } = compareStates(before, after);
  return [
    ...resources.map(({ address, action, attributes, about }) =>
      [action, address, ...attributes, ...about.map((name) => `(${name})`)].join(" "),
    ),
    ...outputs.map(({ name, action }) => `${action} output ${name}`),
  ];
}

it("names resources by address, and changes by attributes and other recorded fields", () => {
  const before = instances({ name: "a" }, { name: "b", attributes: { id: "1", size: 1 } }, { name: "c" });
  const after = instances(
    { name: "b", attributes: { id: "1", size: 2, tag: null } },
    { name: "c", status: "tainted" },
    { name: "d" },
  );
  expect(lines(before, after)).toEqual([
    "removed terraform_data.a",
    "changed terraform_data.b size tag",
    "changed terraform_data.c (status)",
    "added terraform_data.d",
  ]);
});

it("the order of keys is no difference", () => {
  expect(
    lines(instances({ attributes: { a: { x: 1, y: 2 } } }), instances({ attributes: { a: { y: 2, x: 1 } } })),
  ).toEqual([]);
});

it("outputs are compared with their type and sensitivity", () => {
  const before = state({ outputs: { a: { value: "1" }, b: { value: "1" }, c: { value: "1" } } });
  const after = state({ outputs: { a: { value: "1" }, b: { value: "1", sensitive: true }, d: { value: "1" } } });
  expect(lines(before, after)).toEqual(["changed output b", "removed output c", "added output d"]);
});

it("numbers that JavaScript rounds to the same value are different", () => {
  const exact = (digits: string): TerraformState => {
    const reading = parseState(stateText({ instances: [{ attributes: { id: "ID" } }] }).replace('"ID"', digits));
    if ("noState" in reading) throw new Error(reading.noState);
    return reading.state;
  };
  expect(lines(exact("12345678901234567890"), exact("12345678901234567891"))).toEqual(["changed terraform_data.it id"]);
});

it("values of as many levels as Terraform reads are compared", () => {
  const nested = (inner: string): TerraformState => {
    const value = `${"[".repeat(9_000)}${inner}${"]".repeat(9_000)}`;
    const reading = parseState(
      `{"version":4,"serial":1,"lineage":"a","outputs":{"o":{"value":${value}}},"resources":[]}`,
    );
    if ("noState" in reading) throw new Error(reading.noState);
    return reading.state;
  };
  expect(lines(nested("1"), nested("1"))).toEqual([]);
  expect(lines(nested("1"), nested("2"))).toEqual(["changed output o"]);
});
