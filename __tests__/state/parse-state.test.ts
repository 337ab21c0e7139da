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
  ["[]", "its content is not what a state has there"],
  ['{"encrypted_data":"CANARY-SECRET"}', "OpenTofu encrypted it"],
  ['{"version":3}', "its format has version 3, not 4 (Terraform 0.12 and later)"],
  ['{"version":4,"serial":"CANARY-SECRET","lineage":"a"}', "its serial is not what a state has there"],
  ['{"version":4,"serial":1,"lineage":""}', "its lineage is not what a state has there"],
  ['{"version":4,"serial":9007199254740993,"lineage":"a"}', "its serial is not what a state has there"],
])("no state, and why: %s", (text, noState) => {
  expect(parseState(text)).toMatchObject({ noState });
});

it.each([
  ["a state", stateText({ serial: 7 }), { serial: 7, lineage: LINEAGE }],
  ["a state that OpenTofu encrypted", '{"serial":7,"lineage":"a","encrypted_data":"x"}', { serial: 7, lineage: "a" }],
  ["a long serial", '{"serial":9007199254740993,"lineage":"a"}', undefined],
  ["anything else", "CANARY-SECRET", undefined],
])("the head of %s", (_name, text, expected) => {
  expect(stateHead(text)?.lineage).toBe(expected?.lineage);
  expect(stateHead(text)?.serial).toBe(expected?.serial);
});

it("a state with 20,000 nested lists is refused", () => {
  const value = "[".repeat(20_000) + "]".repeat(20_000);
  const text = `{"version":4,"serial":1,"lineage":"l","outputs":{"a":{"value":${value}}}}`;
  expect(parseState(text)).toEqual({ noState: "it nests more than 10000 levels, which Terraform does not read" });
});
