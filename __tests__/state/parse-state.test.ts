import { parseState, type StateFile } from "../../lib/state/parse-state";
import { LINEAGE, sensitivePath, stateText } from "../support/state-text";

function read(text: string): StateFile {
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

it("numbers that JavaScript cannot tell apart stay different", () => {
  const text = (id: string): string => stateText({ instances: [{ attributes: { id: "ID" } }] }).replace('"ID"', id);
  const [one, other] = ["12345678901234567890", "12345678901234567891"].map((id) => read(text(id)).objects);
  expect(one).not.toEqual(other);
});

it.each([
  [
    "paths of attributes",
    [sensitivePath("input"), sensitivePath("tags", { type: "index", value: {} })],
    ["input", "tags"],
  ],
  ["none", undefined, []],
  ["a path of another form", [[{ type: "index", value: 0 }]], "all"],
  ["something else", "input", "all"],
  ["an empty path", [[]], "all"],
])("what is sensitive: %s", (_name, sensitive, expected) => {
  const found = read(stateText({ instances: [{ sensitive }] })).objects.get("terraform_data.it")?.sensitive;
  expect(found === "all" ? found : [...(found ?? [])]).toEqual(expected);
});

it.each([
  ["", "it is empty"],
  ["CANARY-SECRET", "it is no JSON object"],
  ["[]", "its content is none of a state"],
  ['{"encrypted_data":"CANARY-SECRET"}', "it is encrypted by OpenTofu"],
  ['{"version":3}', "its format has version 3, not 4 (Terraform 0.12 and later)"],
  ['{"version":4,"serial":"CANARY-SECRET","lineage":"a"}', "its serial is none of a state"],
  ['{"version":4,"serial":1,"lineage":""}', "its lineage is none of a state"],
  ['{"version":4,"serial":9007199254740993,"lineage":"a"}', "its serial is none of a state"],
])("no state, and why: %s", (text, noState) => {
  expect(parseState(text)).toEqual({ noState });
});
