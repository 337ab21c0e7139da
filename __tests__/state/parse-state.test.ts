import { parseState, stateHead, type TerraformState } from "../../lib/state/parse-state";
import { LINEAGE, stateText } from "../support/state-text";

function read(text: string): TerraformState {
  const reading = parseState(text);
  if ("noState" in reading) throw new Error(reading.noState);
  return reading.state;
}

it("a state is read with what identifies it", () => {
  const { serial, lineage, terraformVersion, resources } = read(stateText({ serial: 7, instances: [{}] }));
  expect({ serial, lineage, terraformVersion, resources }).toEqual({
    serial: 7,
    lineage: LINEAGE,
    terraformVersion: "1.11.4",
    resources: 1,
  });
});

it("addresses are as Terraform writes them; a deposed object has its own, and is no further resource", () => {
  const state = read(
    stateText({
      instances: [
        { name: "plain" },
        { name: "counted", index: 0 },
        { name: "each", index: 'a"${b}%{c}' },
        { name: "read", type: "aws_ami", mode: "data", module: 'module.net["eu"]' },
        { name: "plain", deposed: "abcd1234" },
      ],
    }),
  );
  expect([...state.objects.keys()]).toEqual([
    "terraform_data.plain",
    "terraform_data.counted[0]",
    String.raw`terraform_data.each["a\"$${"${b}"}%%{c}"]`,
    'module.net["eu"].data.aws_ami.read',
    "terraform_data.plain (deposed abcd1234)",
  ]);
  expect(state.resources).toBe(4);
});

it("numbers that JavaScript rounds to the same value stay different", () => {
  const text = (id: string): string => stateText({ instances: [{ attributes: { id: "ID" } }] }).replace('"ID"', id);
  const [one, other] = ["12345678901234567890", "12345678901234567891"].map((id) => read(text(id)).objects);
  expect(one).not.toEqual(other);
});

it.each([
  ["", "it is empty"],
  ["CANARY-SECRET", "it is not a JSON object"],
  ["[]", "it is not a JSON object"],
  ['{"encrypted_data":"CANARY-SECRET"}', "OpenTofu encrypted it"],
  ['{"version":3}', "its format has version 3, not 4 (Terraform 0.12 and later)"],
  [
    '{"version":4,"serial":"CANARY-SECRET","lineage":"a"}',
    expect.stringContaining("its serial is not what a state has") as unknown,
  ],
  ['{"version":4,"serial":1,"lineage":1}', "its lineage is not what a state has there"],
  [
    '{"version":4,"serial":9007199254740993,"lineage":"a"}',
    expect.stringContaining("up to 9007199254740991") as unknown,
  ],
])("no state, and why: %s", (text, noState: unknown) => {
  expect(parseState(text)).toMatchObject({ noState });
});

it.each([
  ["a state", stateText({ serial: 7 }), { serial: 7, lineage: LINEAGE }],
  ["a state that OpenTofu encrypted", '{"serial":7,"lineage":"a","encrypted_data":"x"}', { serial: 7, lineage: "a" }],
  ["a long serial", '{"serial":9007199254740993,"lineage":"a"}', { lineage: "a" }],
  [
    "a state whose resources nobody reads",
    '{"version":4,"serial":7,"lineage":"a","resources":{}}',
    { serial: 7, lineage: "a" },
  ],
  ["a serial as text", '{"version":4,"serial":"7","lineage":"a"}', { lineage: "a" }],
  ["a lineage that is no text", '{"serial":7,"lineage":5}', { serial: 7 }],
  ["a list", '["serial"]', {}],
  ["anything else", "CANARY-SECRET", {}],
])("the head of %s", (_name, text, expected) => {
  expect(stateHead(text)).toEqual(expected);
});

// Terraform 1.11.4 reads each of these files: `terraform state list -state=FILE` prints the resource.
const WITH = (change: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 3,
    lineage: "L",
    resources: [RESOURCE],
    ...change,
  });
const RESOURCE = { mode: "managed", type: "t", name: "a", provider: "p", instances: [{ attributes: { id: "x" } }] };
const INSTANCE = (change: unknown): string => WITH({ resources: [{ ...RESOURCE, instances: [change] }] });

it.each([
  ["no lineage", WITH({ lineage: undefined }), { lineage: "" }],
  ["null as its lineage", WITH({ lineage: null }), { lineage: "" }],
  ["a serial of 16 digits", WITH({ serial: 9007199254740991 }), { serial: 9007199254740991 }],
  ["no serial", WITH({ serial: undefined }), { serial: 0 }],
  ["null as its serial", WITH({ serial: null }), { serial: 0 }],
  ["null as its version of Terraform", WITH({ terraform_version: null }), {}],
  [
    "names in another case",
    WITH({ serial: 1, Serial: 7, lineage: undefined, LINEAGE: "M" }),
    { serial: 7, lineage: "M" },
  ],
  ["null after another value", WITH({ serial: 7, Serial: null }), { serial: 7 }],
  ["a module that is null", WITH({ resources: [{ ...RESOURCE, module: null }] }), {}],
  ["an output without a mark", WITH({ outputs: { a: { value: 1, type: "number", sensitive: null } } }), {}],
  ["an index and a deposed key that are null", INSTANCE({ index_key: null, deposed: null, attributes: {} }), {}],
  ["an instance that is null", INSTANCE(null), {}],
  ["attributes that are a list", INSTANCE({ attributes: [1] }), {}],
])("a state that Terraform reads is read: %s", (_name, text, expected) => {
  const { serial, lineage, objects } = read(text);
  expect({ serial, lineage, objects: [...objects.keys()] }).toEqual({
    serial: 3,
    lineage: "L",
    objects: ["t.a"],
    ...expected,
  });
});

it("a change of attributes that are a list, or of an output called __proto__, is seen", () => {
  const [one, other] = [1, 2].map((value) => read(INSTANCE({ attributes: [value] })).objects);
  expect(one).not.toEqual(other);
  const outputs: unknown = JSON.parse('{"__proto__":{"value":1,"type":"number"}}');
  expect([...read(WITH({ outputs })).outputs.keys()]).toEqual(["__proto__"]);
});

it("a state with 20,000 nested lists is refused", () => {
  const value = "[".repeat(20_000) + "]".repeat(20_000);
  const text = `{"version":4,"serial":1,"lineage":"l","outputs":{"a":{"value":${value}}}}`;
  expect(parseState(text)).toEqual({ noState: "it nests more than 10000 levels, which Terraform does not read" });
});
