import {
  compactPolicyJson,
  oneOrMany,
  policyDocument,
  policyJson,
  type Statement,
} from "../../lib/policy/policy-document";

const STATEMENT: Statement = {
  Sid: "A",
  Effect: "Allow",
  Action: ["s3:PutObject", "s3:GetObject"],
  Resource: ["b", "a"],
};

it("actions are sorted, resources keep their order", () => {
  expect(policyDocument([STATEMENT]).Statement).toEqual([
    { Sid: "A", Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: ["b", "a"] },
  ]);
});

it("one action is written as text, as AWS returns it", () => {
  expect(policyDocument([{ ...STATEMENT, Action: ["s3:GetObject"] }]).Statement[0]?.Action).toBe("s3:GetObject");
});

it("does not change its arguments", () => {
  const actions = ["s3:PutObject", "s3:GetObject"];
  policyDocument([{ ...STATEMENT, Action: actions }]);
  expect(actions).toEqual(["s3:PutObject", "s3:GetObject"]);
});

it("files hold indented JSON that ends with a newline, AWS gets it without white space", () => {
  const document = policyDocument([]);
  expect(policyJson(document)).toBe('{\n  "Version": "2012-10-17",\n  "Statement": []\n}\n');
  expect(compactPolicyJson(document)).toBe('{"Version":"2012-10-17","Statement":[]}');
});

it("one value stays alone, none and several stay lists", () => {
  expect([oneOrMany(["a"]), oneOrMany([]), oneOrMany(["a", "b"])]).toEqual(["a", [], ["a", "b"]]);
});
