import { guardPolicy } from "../../lib/policy/guard/guard-policy";
import { keyPolicy } from "../../lib/policy/key-policy";
import { logDeliveryPolicy } from "../../lib/policy/log-delivery-policy";
import type { Statement } from "../../lib/policy/policy-document";
import { partitionOf, PARTITIONS } from "../../lib/policy/partition";
import { vocabularyProblems } from "../../lib/policy/vocabulary";
import { REGION_OF } from "../support/arbitraries";
import { fullGuardScope, guardScope, keyScope } from "../support/guard";
import { role, text } from "../support/home";

const OBJECT = "arn:aws:s3:::b/app/terraform.tfstate";
const BUCKET = "arn:aws:s3:::b";
const GOOD: Statement = { Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: OBJECT };

async function messages(...statements: readonly Partial<Statement>[]): Promise<string[]> {
  const document = { Version: "2012-10-17" as const, Statement: statements.map((part) => ({ ...GOOD, ...part })) };
  return (await vocabularyProblems(document, "policy")).map((problem) => problem.message);
}

it("a statement that AWS understands has no problems", async () => {
  expect(await messages({})).toEqual([]);
});

const FAULTS: readonly { readonly fault: string; readonly part: Partial<Statement>; readonly message: string }[] = [
  {
    fault: "an action that is an API call but no IAM action",
    part: { Action: ["s3:GetObject", "s3:HeadObject"] },
    message: 'must name an action that exists, got "s3:HeadObject"',
  },
  {
    fault: "a misspelt action",
    part: { Action: ["s3:GetObject", "s3:GetObjekt"] },
    message: 'must name an action that exists, got "s3:GetObjekt"',
  },
  {
    fault: "an action of a service that does not exist",
    part: { Action: ["s3:GetObject", "s4:GetObject"] },
    message: 'must name an action that exists, got "s4:GetObject"',
  },
  {
    fault: "an action of another service",
    part: { Action: ["s3:GetObject", "s3:Decrypt"] },
    message: 'must name an action that exists, got "s3:Decrypt"',
  },
  {
    fault: "a wildcard that matches no action",
    part: { Action: ["s3:GetObject", "s3:Obtain*"] },
    message: 'must name an action that exists, got "s3:Obtain*"',
  },
  {
    fault: "a list of no actions",
    part: { Action: [] },
    message: "must name an action, got none",
  },
  {
    fault: "a misspelt condition key",
    part: { Condition: { StringEquals: { "s3:prefx": "a" } } },
    message: 'must use a condition key that exists, got "s3:prefx"',
  },
  {
    fault: "a misspelt global condition key",
    part: { Condition: { StringEquals: { "aws:SourceAcount": "123456789012" } } },
    message: 'must use a condition key that exists, got "aws:SourceAcount"',
  },
  {
    fault: "a condition key its action does not know",
    part: { Condition: { StringEquals: { "s3:prefix": "a" } } },
    message: 'must use a condition key that all its actions know, got "s3:prefix"',
  },
  {
    fault: "a condition key of another service",
    part: { Condition: { StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" } } },
    message: 'must use a condition key that all its actions know, got "kms:ViaService"',
  },
  {
    fault: "a condition key that only one of two actions knows",
    part: { Action: ["s3:GetObject", "s3:PutObject"], Condition: { Null: { "s3:if-none-match": "false" } } },
    message: 'must use a condition key that all its actions know, got "s3:if-none-match"',
  },
  {
    fault: "an operator that lost its s",
    part: { Condition: { StringEqual: { "aws:SourceAccount": "123456789012" } } },
    message: 'must use a condition operator that exists, got "StringEqual"',
  },
  {
    fault: "a set operator that does not exist",
    part: { Condition: { "ForEveryValue:StringEquals": { "aws:SourceAccount": "123456789012" } } },
    message: 'must use a condition operator that exists, got "ForEveryValue:StringEquals"',
  },
  {
    fault: "Null with something that is neither true nor false",
    part: { Condition: { Null: { "aws:SourceAccount": "maybe" } } },
    message: 'must compare aws:SourceAccount with "true" or "false", got "maybe"',
  },
  {
    fault: "Bool with a number",
    part: { Condition: { Bool: { "aws:SecureTransport": "0" } } },
    message: 'must compare aws:SecureTransport with "true" or "false", got "0"',
  },
  {
    fault: "listing objects instead of the bucket",
    part: { Action: "s3:ListBucket" },
    message: `must name a resource that its actions apply to, got "${OBJECT}"`,
  },
  {
    fault: "reading the bucket instead of objects",
    part: { Resource: BUCKET },
    message: `must name a resource that its actions apply to, got "${BUCKET}"`,
  },
  {
    fault: "an action of objects beside one of buckets, on a bucket only",
    part: { Action: ["s3:GetObject", "s3:ListBucket"], Resource: BUCKET },
    message: 'must name a resource that "s3:GetObject" applies to, got none',
  },
  {
    fault: "an ARN of another service",
    part: { Resource: "arn:aws:dynamodb:eu-central-1:123456789012:table/t" },
    message: 'must name a resource that its actions apply to, got "arn:aws:dynamodb:eu-central-1:123456789012:table/t"',
  },
  {
    fault: "an alias as the resource of a key's action",
    part: { Action: "kms:Decrypt", Resource: "arn:aws:kms:eu-central-1:123456789012:alias/a" },
    message: 'must name a resource that its actions apply to, got "arn:aws:kms:eu-central-1:123456789012:alias/a"',
  },
  {
    fault: "an index where a table is needed",
    part: { Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:eu-central-1:123456789012:table/t/index/i" },
    message:
      'must name a resource that its actions apply to, got "arn:aws:dynamodb:eu-central-1:123456789012:table/t/index/i"',
  },
  {
    fault: "a Sid with a dash",
    part: { Sid: "read-state" },
    message: 'must have a unique Sid of letters and digits, got "read-state"',
  },
  {
    fault: "an empty Sid",
    part: { Sid: "" },
    message: 'must have a unique Sid of letters and digits, got ""',
  },
];

it.each(FAULTS)("$fault is found", async ({ part, message }) => {
  expect(await messages(part)).toContain(message);
});

it("a Sid used twice is found, once", async () => {
  expect(await messages({}, {})).toEqual(['must have a unique Sid of letters and digits, got "Read"']);
});

it("a problem says which statement of which policy, and that it is Statelock's fault", async () => {
  const document = { Version: "2012-10-17" as const, Statement: [GOOD, { ...GOOD, Sid: "Write-2" }] };
  expect(text(await vocabularyProblems(document, "consumers[3] (reader)"))).toMatchInlineSnapshot(`
    "[policy-vocabulary] consumers[3] (reader).Statement[1] must have a unique Sid of letters and digits, got "Write-2"
      -> Statelock wrote a policy that AWS would not understand: please report it, with your config."
  `);
});

const FINE: readonly { readonly what: string; readonly part: Partial<Statement> }[] = [
  { what: "a wildcard in an action", part: { Action: "s3:*" } },
  { what: "actions in any case, as IAM takes them", part: { Action: "s3:getobject" } },
  { what: "every resource", part: { Resource: "*" } },
  {
    what: "objects and bucket for actions of both",
    part: { Action: ["s3:GetObject", "s3:ListBucket"], Resource: [BUCKET, OBJECT] },
  },
  { what: "a global condition key", part: { Condition: { StringEquals: { "aws:PrincipalTag/team": "a" } } } },
  {
    what: "a set operator",
    part: {
      Action: "dynamodb:GetItem",
      Resource: "arn:aws:dynamodb:r:1:table/t",
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": "a" } },
    },
  },
  {
    what: "an encryption context",
    part: {
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:EncryptionContext:aws:s3:arn": "a" } },
    },
  },
  { what: "NotResource", part: { Resource: undefined, NotResource: OBJECT } },
];

it.each(FINE)("$what is fine", async ({ part }) => {
  expect(await messages(part)).toEqual([]);
});

describe.each(PARTITIONS)("in the partition %s", (partition) => {
  const region = REGION_OF[partition];
  const account = "123456789012";

  it("the region is the partition's", () => {
    expect(partitionOf(region)).toBe(partition);
  });

  it("AWS knows all of the guard, the key policy and the log bucket's policy", async () => {
    const documents = [
      guardPolicy({ ...guardScope, partition, bucket: "b-1" }),
      guardPolicy({ ...fullGuardScope, partition, bucket: "b-1" }),
      keyPolicy({ ...keyScope, partition, region, account, externalWriters: [role("other")] }),
      logDeliveryPolicy({ partition, account, bucket: "b-1", logBucket: "b-1-logs" }),
    ];
    const problems = await Promise.all(documents.map((document) => vocabularyProblems(document, "policy")));
    expect(problems.flat()).toEqual([]);
  });
});
