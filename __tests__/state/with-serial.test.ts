import fc from "../support/fuzz";
import { withSerial } from "../../lib/state/with-serial";
import { stateText } from "../support/state-text";

it("changes the serial of the state itself, and nothing else", () => {
  const text = stateText({ serial: 3, instances: [{ attributes: { serial: 3, nested: { serial: 3 } } }] });
  expect(withSerial(text, 12)).toBe(text.replace('"serial": 3', '"serial": 12'));
});

it("numbers that JavaScript cannot hold are as they were", () => {
  const text = '{"a":0.1000000000000000055511151231257827,"serial": 1 ,"b":12345678901234567890}';
  expect(withSerial(text, 2)).toBe('{"a":0.1000000000000000055511151231257827,"serial": 2 ,"b":12345678901234567890}');
});

it.each([
  ['{"version":4}', '{"serial":2,"version":4}'],
  [" {} ", ' {"serial":2} '],
  ['{"serial":null}', '{"serial":2}'],
  ['{"serial":1,"Serial":7}', '{"serial":2,"Serial":2}'],
])("Terraform reads the serial in what comes of %s", (text, expected) => {
  expect(withSerial(text, 2)).toBe(expected);
});

it("a state of as many levels as Terraform reads gets its serial", () => {
  const text = `{"serial":1,"outputs":${"[".repeat(9_999)}${"]".repeat(9_999)}}`;
  expect(withSerial(text, 2)).toBe(text.replace("1", "2"));
});

it("changes nothing except the serial, and setting the old serial again gives the old text", () => {
  const state = fc.record({
    version: fc.constant(4),
    serial: fc.nat(),
    lineage: fc.uuid(),
    outputs: fc.dictionary(fc.string(), fc.jsonValue()),
    resources: fc.array(fc.jsonValue()),
  });
  fc.assert(
    fc.property(state, fc.nat(), fc.constantFrom(undefined, 2), (value, serial, indent) => {
      const text = JSON.stringify(value, null, indent);
      const next = withSerial(text, serial);
      expect(JSON.parse(next)).toEqual({ ...(JSON.parse(text) as object), serial });
      expect(withSerial(next, value.serial)).toBe(text);
    }),
  );
});
