import { differenceLines } from "../../lib/bootstrap/difference-lines";
import fc, { runs } from "../support/fuzz";

const DENY = { Sid: "DenyX", Effect: "Deny", Principal: "*", Action: ["s3:a", "s3:b"], Resource: "arn:aws:s3:::x" };
const OTHER = { ...DENY, Sid: "DenyY" };

const lines = (before: unknown, after: unknown): string[] => differenceLines({ attribute: "policy", before, after });
const policy = (...Statement: unknown[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const shownBetween = (before: unknown[], after: unknown[]): string[] => lines(policy(...before), policy(...after));

describe("what changes of an attribute", () => {
  it("is both values, if they are short", () => {
    expect(lines("Suspended", "Enabled")).toEqual(['policy: "Suspended" → "Enabled"']);
    expect(lines("a", undefined)).toEqual(['policy: "a" → (known after apply)']);
    expect(lines(undefined, [1])).toEqual(["policy: (none) → [1]"]);
  });

  it("begins shortly before the first difference, if a value is long", () => {
    const long = "a".repeat(200);
    const [line] = lines(`${long}1${long}`, `${long}2${long}`);
    expect(line).toMatch(/^policy: …a{20}1a{97}… → …a{20}2a{97}…$/);
  });
});

describe("what changes of a policy", () => {
  it("names the statements that come and go, wherever they are", () => {
    const changes = shownBetween([DENY], [OTHER]);
    const body = '{"Effect":"Deny","Principal":"*","Action":["s3:a","s3:b"],"Resource":"arn:aws:s3:::x"}';
    expect(changes).toEqual(["policy:", `  - DenyX ${body}`, `  + DenyY ${body}`]);
    expect(shownBetween([DENY, OTHER], [OTHER])).toEqual(["policy:", `  - DenyX ${body}`]);
  });

  it.each<[string, object, string]>([
    ["values of a list", { Action: ["s3:b", "s3:c"] }, 'Action: + "s3:c" - "s3:a"'],
    ["a list that becomes one value", { Action: "s3:b" }, 'Action: - "s3:a"'],
    ["another effect", { Effect: "Allow" }, 'Effect: "Deny" → "Allow"'],
    [
      "another element",
      { Action: undefined, NotAction: "s3:a" },
      'Action: ["s3:a","s3:b"] → (none); NotAction: (none) → "s3:a"',
    ],
    ["a condition", { Condition: { Bool: { a: "true" } } }, 'Condition: (none) → {"Bool":{"a":"true"}}'],
    [
      "many values",
      { Action: ["s3:a", "s3:b", ..."1 2 3 4 5 6 7 8 9".split(" ")] },
      'Action: + "1" + "2" + "3" + "4" + "5" + 4 more',
    ],
  ])("shows the changed elements of a statement: %s", (_case, change, shown) => {
    expect(shownBetween([OTHER, DENY], [{ ...DENY, ...change }, OTHER])).toEqual(["policy:", `  ~ DenyX ${shown}`]);
  });

  it("finds statements without Sid by their position, and the second of a Sid as such", () => {
    const { Sid: _sid, ...plain } = DENY;
    expect(shownBetween([OTHER, plain], [OTHER, { ...plain, Effect: "Allow" }])).toEqual([
      "policy:",
      '  ~ statement 2 Effect: "Deny" → "Allow"',
    ]);
    expect(shownBetween([DENY, DENY], [DENY, { ...DENY, Effect: "Allow" }])).toEqual([
      "policy:",
      '  ~ DenyX (2) Effect: "Deny" → "Allow"',
    ]);
  });

  it("says so if only the order or the white space changes", () => {
    const [line, ...more] = shownBetween([DENY, OTHER], [OTHER, DENY]);
    expect(line).toMatch(/^policy: the same statements, written differently: .*X.* → .*Y/);
    expect(more).toEqual([]);
  });

  it("lets no Sid from outside begin a line", () => {
    expect(shownBetween([DENY], [DENY, { Sid: "A\n  - DenyX" }])).toEqual(["policy:", "  + A\\u000a  - DenyX {}"]);
  });
});

describe("two different values", () => {
  const texts = fc.oneof(
    fc.constantFrom("s3:a", "s3:b", "*"),
    fc.string().map((end) => `arn:aws:s3:::${"x".repeat(150)}${end}`),
  );
  const oneOrMany = fc.oneof(texts, fc.array(texts, { maxLength: 4 }));
  const statement = fc.record(
    {
      Sid: fc.oneof(fc.constantFrom("A", "B", "statement 1", "A (2)"), fc.string()),
      Effect: fc.constantFrom("Allow", "Deny"),
      Action: oneOrMany,
      Resource: oneOrMany,
      Condition: fc.dictionary(fc.constantFrom("Bool", "__proto__"), fc.dictionary(fc.string(), oneOrMany)),
    },
    { requiredKeys: ["Effect"] },
  );
  const document = fc
    .tuple(fc.array(statement, { maxLength: 3 }), fc.constantFrom("2008-10-17", "2012-10-17"), fc.boolean())
    .map(([Statement, Version, pretty]) => JSON.stringify({ Version, Statement }, null, pretty ? 2 : 0));
  const value = fc.oneof(document, document, fc.jsonValue());

  // Lines that look the same in both directions show the same text on both sides.
  it("never look equal", () => {
    fc.assert(
      fc.property(value, value, (before, after) => {
        fc.pre(JSON.stringify(before) !== JSON.stringify(after));
        expect(lines(before, after)).not.toEqual(lines(after, before));
      }),
      runs(100),
    );
  });

  it("never look equal if one element of a statement alone differs", () => {
    const element = fc.constantFrom("Sid", "Effect", "Action", "Resource", "Condition", "Other");
    fc.assert(
      fc.property(statement, element, oneOrMany, oneOrMany, (common, name, before, after) => {
        fc.pre(JSON.stringify(before) !== JSON.stringify(after));
        const [was, becomes] = [before, after].map((content) => [{ ...common, [name]: content }]);
        expect(shownBetween(was ?? [], becomes ?? [])).not.toEqual(shownBetween(becomes ?? [], was ?? []));
      }),
      runs(100),
    );
  });
});
