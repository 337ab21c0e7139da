import { diffStates } from "../../lib/history/diff";
import { parseState, type StateFile } from "../../lib/state/parse-state";
import { sensitivePath, stateText, type InstancePart, type StatePart } from "../support/state-text";

function state(part: StatePart): StateFile {
  const reading = parseState(stateText(part));
  if ("noState" in reading) throw new Error(reading.noState);
  return reading.state;
}

const instances = (...parts: readonly InstancePart[]): StateFile => state({ instances: parts });

/** `~ address: names`, and values where there are some. */
function lines(before: StateFile, after: StateFile, showValues = false): string[] {
  const { resources, outputs } = diffStates(before, after, showValues);
  const value = (values: object | undefined): string => (values === undefined ? "" : ` ${JSON.stringify(values)}`);
  return [
    ...resources.map(({ address, action, attributes, about }) =>
      [
        action,
        address,
        ...attributes.map(({ name, values }) => name + value(values)),
        ...about.map((name) => `(${name})`),
      ].join(" "),
    ),
    ...outputs.map(({ name, action, values }) => `${action} output ${name}${value(values)}`),
  ];
}

it("resources are told by address, and changes by the names of attributes and of what else is recorded", () => {
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

describe("values that were asked for", () => {
  const change = (name: string, from: unknown, to: unknown, more: InstancePart = {}): string[] =>
    lines(instances({ attributes: { [name]: from } }), instances({ attributes: { [name]: to }, ...more }), true);

  it("are shown, long numbers as their digits", () => {
    expect(change("size", 1, [1, { a: "b" }])).toEqual([
      'changed terraform_data.it size {"before":1,"after":[1,{"a":"b"}]}',
    ]);
    const text = stateText({ instances: [{ attributes: { id: "ID" } }] });
    const exact = parseState(text.replace('"ID"', "12345678901234567890"));
    if ("noState" in exact) throw new Error(exact.noState);
    expect(lines(instances({ attributes: { id: 1 } }), exact.state, true)).toEqual([
      'changed terraform_data.it id {"before":1,"after":"12345678901234567890"}',
    ]);
  });

  const SENSITIVE = ['changed terraform_data.it v {"hidden":"sensitive"}'];

  it("are hidden where either state says that they are sensitive, and where that cannot be read", () => {
    const sensitive = {
      attributes: { v: "CANARY" },
      sensitive: [sensitivePath("v", { type: "get_attr", value: "x" })],
    };
    const about = ['changed terraform_data.it v {"hidden":"sensitive"} (sensitive_attributes)'];
    expect(lines(instances(sensitive), instances({ attributes: { v: "CANARY-2" } }), true)).toEqual(about);
    expect(lines(instances({ attributes: { v: "CANARY-2" } }), instances(sensitive), true)).toEqual(about);
    const unreadable = { attributes: { v: "CANARY" }, sensitive: "v" };
    expect(lines(instances(unreadable), instances({ ...unreadable, attributes: { v: "CANARY-2" } }), true)).toEqual(
      SENSITIVE,
    );
  });

  it("are hidden in every instance of the resource, and wherever a sensitive string turns up again", () => {
    const marked = { name: "it", index: 0, attributes: { v: "CANARY-0" }, sensitive: [sensitivePath("v")] };
    const before = instances(
      marked,
      { name: "it", index: 1, attributes: { v: "CANARY-1" } },
      { name: "url", attributes: { v: "none" } },
    );
    const after = instances(
      marked,
      { name: "it", index: 1, attributes: { v: "CANARY-2" } },
      { name: "url", attributes: { v: ["x/CANARY-0"] } },
    );
    expect(lines(before, after, true)).toEqual([
      'changed terraform_data.it[1] v {"hidden":"sensitive"}',
      'changed terraform_data.url v {"hidden":"sensitive"}',
    ]);
  });

  it("are hidden for sensitive outputs, and for attributes that hold one's value", () => {
    const before = state({
      outputs: { p: { value: "CANARY-1", sensitive: true } },
      instances: [{ attributes: { v: "1" } }],
    });
    const after = state({ outputs: { p: { value: "CANARY-2" } }, instances: [{ attributes: { v: "is CANARY-1" } }] });
    expect(lines(before, after, true)).toEqual([...SENSITIVE, 'changed output p {"hidden":"sensitive"}']);
  });

  it("the words of a value's recorded type hide nothing", () => {
    const marked = {
      name: "secret",
      attributes: { v: { value: "CANARY", type: "string" } },
      sensitive: [sensitivePath("v")],
    };
    const value = (text: string): InstancePart => ({ attributes: { v: { value: text, type: "string" } } });
    expect(lines(instances(marked, value("one")), instances(marked, value("two")), true).join()).toContain('"two"');
  });

  it.each([
    ["master_password", "a", "b"],
    ["settings", { env: { DB_PASSWORD: "a" } }, { env: { DB_PASSWORD: "b" } }],
    ["content", "", "-----BEGIN RSA PRIVATE KEY-----"],
    ["url", "", "https://user:pass@example.com"],
    ["id", "", "AKIAABCDEFGHIJKLMNOP"],
  ])("are hidden where they look like a secret: %s", (name, from, to) => {
    expect(change(name, from, to)).toEqual([`changed terraform_data.it ${name} {"hidden":"may be a secret"}`]);
  });
});
