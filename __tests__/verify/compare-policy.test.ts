import fc from "../support/fuzz";
import { listOf, type PolicyDocument, type Statement } from "../../lib/policy/policy-document";
import { policyDifferences } from "../../lib/verify/compare-policy";

const deny: Statement = {
  Sid: "A",
  Effect: "Deny",
  Principal: "*",
  Action: ["s3:PutObject", "s3:GetObject"],
  Resource: "r",
};
const other: Statement = { ...deny, Sid: "B", Action: "s3:*" };
const expected: PolicyDocument = { Version: "2012-10-17", Statement: [deny, other] };
const differences = (actual: readonly Statement[] | undefined): string[] =>
  policyDifferences(expected, actual, { foreign: true });

it.each<[string, readonly Statement[] | undefined, string[]]>([
  ["the same in another order", [other, { ...deny, Action: ["s3:GetObject", "s3:PutObject"] }], []],
  ["no policy", undefined, ["lacks A, B"]],
  ["one missing", [deny], ["lacks B"]],
  [
    "fewer actions",
    [{ ...deny, Action: "s3:PutObject" }, other],
    ["A was changed (Action), so it is weaker or different"],
  ],
  [
    "a condition more",
    [{ ...deny, Condition: { Bool: { x: "true" } } }, other],
    ["A was changed (Condition), so it is weaker or different"],
  ],
  ["turned round", [{ ...deny, Effect: "Allow" }, other], ["A was changed (Effect), so it is weaker or different"]],
  [
    "a foreign one",
    [deny, other, { ...deny, Sid: "Door\u001b[2J", Effect: "Allow" }],
    ["has Door\\u001b[2J (Allow), which synth did not write"],
  ],
  [
    "renamed",
    [{ ...deny, Sid: "Z", Action: "s3:PutObject" }, other],
    ["lacks A", "has Z (Deny), which synth did not write"],
  ],
])("%s", (_name, actual, expectedText) => {
  expect(differences(actual)).toEqual(expectedText);
});

it("foreign statements can be left to others", () => {
  expect(policyDifferences(expected, [deny, other, { ...deny, Sid: "C" }], { foreign: false })).toEqual([]);
});

it("taking any statement away, or any action from one, is always seen", () => {
  const names = fc.uniqueArray(fc.constantFrom("s3:A", "s3:B", "s3:C", "s3:D"), { minLength: 2 });
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 5 }), fc.nat(), fc.boolean(), (lists, at, whole) => {
      const statements = lists.map((Action, n): Statement => ({
        Sid: `S${String(n)}`,
        Effect: "Deny",
        Principal: "*",
        Action,
        Resource: "r",
      }));
      const target = at % statements.length;
      const changed = statements
        .map((statement, n) => (n === target ? { ...statement, Action: listOf(statement.Action).slice(1) } : statement))
        .filter((_statement, n) => !whole || n !== target);
      const document: PolicyDocument = { Version: "2012-10-17", Statement: statements };
      expect(policyDifferences(document, statements, { foreign: true })).toEqual([]);
      expect(policyDifferences(document, changed, { foreign: true })).not.toEqual([]);
    }),
  );
});
