import fc from "../support/fuzz";
import { dynamoDbStatements } from "../../lib/policy/dynamodb-access";
import { stateKeys } from "../../lib/state/state-keys";
import { tableGrants, type HeldPolicy } from "../../lib/policy/table-grants";

const ARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/terraform-locks";

const held = (...Statement: readonly object[]): HeldPolicy => ({
  holders: ["role/ci"],
  name: "state",
  document: { Version: "2012-10-17", Statement },
});

const allow = (Action: unknown, Resource: unknown, more: object = {}): object => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});

const found = (...statements: readonly object[]): string[] =>
  tableGrants([held(...statements)], ARN).map(({ statement }) => statement);

it("names who has the policy, which it is, and the statement, as it is written", () => {
  const statement = allow(["dynamodb:GetItem", "s3:GetObject"], ["arn:aws:s3:::b/*", ARN], { Sid: "Locks" });
  expect(tableGrants([held(allow("s3:*", "*"), statement)], ARN)).toEqual([
    {
      holders: ["role/ci"],
      policy: "state",
      statement: "Locks",
      actions: ["dynamodb:GetItem", "s3:GetObject"],
      resources: [ARN],
    },
  ]);
});

it.each([
  ["the ARN itself", ARN],
  ["one of several resources", ["arn:aws:s3:::b", ARN]],
  ["a pattern of names", "arn:aws:dynamodb:eu-central-1:123456789012:table/terraform-*"],
  ["a pattern with ?", "arn:aws:dynamodb:eu-central-1:123456789012:table/terraform?locks"],
  ["any region and account", "arn:aws:dynamodb:*:*:table/terraform-locks"],
  ["a part of the name in the middle", "arn:*:dynamodb:*:*:table/*lock*"],
])("a resource that names it: %s", (_name, resource) => {
  expect(found(allow("dynamodb:PutItem", resource))).toEqual(["#1"]);
});

it.each([
  ["everything", "*"],
  ["every table", "arn:aws:dynamodb:*:*:table/*"],
  ["every table of one character or more", "arn:aws:dynamodb:*:*:table/?*"],
  ["everything of DynamoDB", "arn:aws:dynamodb:*:*:*"],
  ["another table", "arn:aws:dynamodb:eu-central-1:123456789012:table/terraform-locks-2"],
  ["a table whose name it begins", "arn:aws:dynamodb:eu-central-1:123456789012:table/terraform"],
  ["the same name in another account", "arn:aws:dynamodb:eu-central-1:999999999999:table/terraform-locks"],
  ["an index of it", `${ARN}/index/*`],
  ["a name that only looks the same to a regular expression", ARN.replace("-locks", ".locks")],
  ["no resource", undefined],
])("a resource that does not: %s", (_name, resource) => {
  expect(found(allow("dynamodb:*", resource))).toEqual([]);
});

it.each<[string, object, boolean]>([
  ["one action", { Action: "dynamodb:GetItem" }, true],
  ["in other letters", { Action: "DynamoDB:getitem" }, true],
  ["a pattern", { Action: "dynamodb:*Item" }, true],
  ["everything", { Action: "*" }, true],
  [
    "what acts on the table and not on its items",
    { Action: ["dynamodb:DescribeTable", "dynamodb:DeleteTable"] },
    false,
  ],
  ["another service's", { Action: "s3:*" }, false],
  ["everything but something else", { NotAction: "iam:*" }, true],
  ["everything but DynamoDB", { NotAction: ["dynamodb:*"] }, false],
])("actions on items: %s", (_name, actions, isGrant) => {
  expect(found({ Effect: "Allow", Resource: ARN, ...actions })).toEqual(isGrant ? ["#1"] : []);
});

it("a denial, and what is no policy, grants nothing; a lone statement counts", () => {
  expect(found({ ...allow("dynamodb:*", ARN), Effect: "Deny" })).toEqual([]);
  for (const document of [undefined, null, "text", 1, [], { Statement: null }, { Statement: ["x", 1, null] }])
    expect(tableGrants([{ holders: [], name: "odd", document }], ARN)).toEqual([]);
  const lone = { holders: [], name: "lone", document: { Statement: allow("dynamodb:*", ARN) } };
  expect(tableGrants([lone], ARN)).toHaveLength(1);
});

it("every statement of the table's own policy is about it", () => {
  const own = { ...held(allow("dynamodb:GetItem", "*")), ofTable: true };
  expect(tableGrants([own], ARN)).toHaveLength(1);
});

it("finds the grants that this project makes while a fleet locks in the table, at every level", () => {
  const scope = {
    ...{ partition: "aws", region: "eu-central-1", account: "123456789012", bucket: "b" },
    legacyTable: "terraform-locks",
  } as unknown as Parameters<typeof dynamoDbStatements>[0];
  for (const level of ["reader", "planner", "applier", "workspace-admin", "unlocker"] as const) {
    const statements = dynamoDbStatements(scope, level, stateKeys("app", "env:"));
    expect(tableGrants([held(...statements)], ARN)).toHaveLength(statements.length);
  }
});

it("a pattern made from the ARN by wildcards is of this table, unless the whole name became one", () => {
  const cuts = fc.array(fc.nat({ max: ARN.length }), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(cuts, fc.constantFrom("*", "?"), (points, wildcard) => {
      const [from = 0, to = 0] = [...points].sort((one, other) => one - other);
      const middle = wildcard === "*" ? "*" : "?".repeat(to - from);
      const pattern = ARN.slice(0, from) + middle + ARN.slice(to);
      const name = /:table\/(.*)$/.exec(pattern)?.[1] ?? "";
      expect(found(allow("dynamodb:GetItem", pattern))).toEqual(/[^*?]/.test(name) ? ["#1"] : []);
    }),
  );
});
