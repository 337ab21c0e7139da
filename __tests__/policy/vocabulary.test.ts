import { papersOf } from "../../lib/home/papers";
import { guardPolicy } from "../../lib/policy/guard/guard-policy";
import { keyPolicy } from "../../lib/policy/key-policy";
import { logDeliveryPolicy } from "../../lib/policy/log-delivery-policy";
import { PARTITIONS } from "../../lib/policy/partition";
import type { Statement } from "../../lib/policy/policy-document";
import { GOLDEN_HOMES } from "../golden/homes";
import { REGION_OF } from "../support/arbitraries";
import { vocabularyFaults } from "../support/aws-vocabulary";
import { fullGuardScope, guardScope, keyScope } from "../support/guard";
import { role } from "../support/home";

const OBJECT = "arn:aws:s3:::b/app/terraform.tfstate";
const BUCKET = "arn:aws:s3:::b";
const TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/t";
const ALIAS = "arn:aws:kms:eu-central-1:123456789012:alias/a";
const GOOD: Statement = { Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: OBJECT };

function faults(...parts: readonly Partial<Statement>[]): Promise<string[]> {
  return vocabularyFaults({ Version: "2012-10-17", Statement: parts.map((part) => ({ ...GOOD, ...part })) });
}

describe("AWS knows every word of", () => {
  it.each(Object.entries(GOLDEN_HOMES))("the policies of the home %s", async (_name, home) => {
    const { consumers, guard, keyPolicy: ofKey, logDelivery } = papersOf(home);
    const documents = [
      ...consumers.flatMap(({ policies }) => policies.map(({ document }) => document)),
      ...home.consumers.flatMap(({ madeRoles }) => madeRoles.map(({ trust }) => trust)),
      ...[guard, ofKey, logDelivery].filter((document) => document !== undefined),
    ];
    expect((await Promise.all(documents.map(vocabularyFaults))).flat()).toEqual([]);
  });

  it.each(PARTITIONS)(
    "the guard, the key policy and the log bucket's policy in the partition %s",
    async (partition) => {
      const [region, account] = [REGION_OF[partition], "123456789012"];
      const documents = [
        guardPolicy({ ...guardScope, partition, bucket: "b-1" }),
        guardPolicy({ ...fullGuardScope, partition, bucket: "b-1" }),
        keyPolicy({ ...keyScope, partition, region, account, externalWriters: [role("other")] }),
        logDeliveryPolicy({
          partition,
          account,
          bucket: "b-1",
          logBucket: "b-1-logs",
          changers: [role("deploy")],
          breakGlass: [],
        }),
      ];
      expect((await Promise.all(documents.map(vocabularyFaults))).flat()).toEqual([]);
    },
  );
});

describe("the check", () => {
  it.each<[fault: string, part: Partial<Statement>]>([
    ['"s3:HeadObject" is no action', { Action: ["s3:GetObject", "s3:HeadObject"] }],
    ['"s4:GetObject" is no action', { Action: ["s3:GetObject", "s4:GetObject"] }],
    ['"s3:Decrypt" is no action', { Action: ["s3:GetObject", "s3:Decrypt"] }],
    ['"s3:Obtain*" is no action', { Action: ["s3:GetObject", "s3:Obtain*"] }],
    ["there is no action", { Action: [] }],
    ['"s3:prefx" is no condition key', { Condition: { StringEquals: { "s3:prefx": "a" } } }],
    ['"aws:SourceAcount" is no condition key', { Condition: { StringEquals: { "aws:SourceAcount": "1" } } }],
    ['not every action knows "s3:prefix"', { Condition: { StringEquals: { "s3:prefix": "a" } } }],
    ['not every action knows "kms:ViaService"', { Condition: { StringEquals: { "kms:ViaService": "s3" } } }],
    [
      'not every action knows "s3:if-none-match"',
      { Action: ["s3:GetObject", "s3:PutObject"], Condition: { Null: { "s3:if-none-match": "false" } } },
    ],
    ['"StringEqual" is no operator', { Condition: { StringEqual: { "aws:SourceAccount": "1" } } }],
    [
      '"ForEveryValue:StringEquals" is no operator',
      { Condition: { "ForEveryValue:StringEquals": { "aws:SourceAccount": "1" } } },
    ],
    ['"maybe" is no boolean', { Condition: { Null: { "aws:SourceAccount": "maybe" } } }],
    ['"0" is no boolean', { Condition: { Bool: { "aws:SecureTransport": "0" } } }],
    [`no action applies to "${OBJECT}"`, { Action: "s3:ListBucket" }],
    [`no action applies to "${BUCKET}"`, { Resource: BUCKET }],
    ['"s3:GetObject" applies to no resource', { Action: ["s3:GetObject", "s3:ListBucket"], Resource: BUCKET }],
    [`no action applies to "${TABLE}"`, { Resource: TABLE }],
    [`no action applies to "${ALIAS}"`, { Action: "kms:Decrypt", Resource: ALIAS }],
    [`no action applies to "${TABLE}/index/i"`, { Action: "dynamodb:PutItem", Resource: `${TABLE}/index/i` }],
    ['"read-state" is no unique Sid', { Sid: "read-state" }],
    ['"" is no unique Sid', { Sid: "" }],
  ])("finds that %s", async (fault, part) => {
    expect(await faults(part)).toContain(fault);
  });

  it("finds a Sid that two statements share, once", async () => {
    expect(await faults({}, {})).toEqual(['"Read" is no unique Sid']);
  });

  it("accepts wildcards, any case, every resource, global keys, set operators and NotResource", async () => {
    const all: readonly Partial<Statement>[] = [
      { Action: "s3:*" },
      { Action: "s3:getobject" },
      { Resource: "*" },
      { Action: ["s3:GetObject", "s3:ListBucket"], Resource: [BUCKET, OBJECT] },
      { Condition: { StringEquals: { "aws:PrincipalTag/team": "a" } } },
      {
        ...{ Action: "dynamodb:GetItem", Resource: TABLE },
        Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": "a" } },
      },
      {
        ...{ Action: "kms:Decrypt", Resource: "*" },
        Condition: { StringEquals: { "kms:EncryptionContext:aws:s3:arn": "a" } },
      },
      { Resource: undefined, NotResource: OBJECT },
    ];
    expect(await faults(...all.map((part, index) => ({ ...part, Sid: `S${String(index)}` })))).toEqual([]);
  });
});
