import { decide } from "../../lab/policy-gate/evaluator";
import { s3Questions } from "../../lab/policy-gate/s3-questions";
import { parseAwsRequest } from "../../lab/requests/aws-request";
import { papersOf } from "../../lib/home/papers";
import type { AccessLevel } from "../../lib/policy/access-level";
import { listOf, type PolicyDocument } from "../../lib/policy/policy-document";
import { distinctTags, isWithin } from "../../lib/policy/object-tags";
import { vocabularyFaults } from "../support/aws-vocabulary";
import { ACCOUNT, config, home, role, type ConfigPart } from "../support/home";
import { grants } from "../support/iam";

const LOCK = { object: "lock", "Cost Center": "a/b" };
const STATE = { object: "state", "Cost Center": "a/b" };
const TAGGED: ConfigPart = {
  engine: "tofu",
  bucket: { guard: { deployers: [role("deployer")] } },
  consumers: [
    { name: "app", lockTags: LOCK, stateTags: STATE },
    { name: "other" },
    { name: "spaces", workspaceKeyPrefix: "ws", stateTags: STATE },
  ],
};

const papers = papersOf(home(TAGGED));
const EVERYTHING: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Sid: "All", Effect: "Allow", Action: "s3:*", Resource: "*" }],
};

function policyOf(consumer: string, level: AccessLevel): PolicyDocument {
  const found = papers.consumers.find((each) => each.consumer.name === consumer);
  const document = found?.policies.find((each) => each.level === level)?.document;
  if (document === undefined) throw new Error(`no ${level} of ${consumer}`);
  return document;
}

/** Whether IAM lets somebody send these tags with an object, under the guard. */
async function tags(who: PolicyDocument, key: string, sent: Readonly<Record<string, string>>): Promise<boolean> {
  const request = parseAwsRequest({
    method: "PUT",
    target: `/acme-tfstate/${key}`,
    headers: { "x-amz-tagging": new URLSearchParams(sent).toString() },
    body: Buffer.alloc(0),
    secure: true,
  });
  const asked = s3Questions(request).find(({ action }) => action === "s3:PutObjectTagging");
  const principal = role("somebody");
  const decision = await decide(
    {
      principal,
      action: asked?.action ?? "",
      resource: `arn:aws:s3:::acme-tfstate/${asked?.key ?? ""}`,
      account: ACCOUNT,
      context: {
        ...{ "aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "false", "aws:PrincipalArn": principal },
        ...{ "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT },
        ...{ "s3:TlsVersion": "1.3", "s3:authType": "REST-HEADER" },
        ...asked?.context,
      },
    },
    { identity: [who], resource: papers.guard },
  );
  return decision === "Allowed";
}

it("a level may tag what it writes, and exactly so", () => {
  const of = (consumer: string, level: AccessLevel): string[] =>
    grants(policyOf(consumer, level))
      .split("\n")
      .filter((line) => line.startsWith("s3:PutObjectTagging"));
  expect([of("app", "reader"), of("app", "unlocker"), of("other", "applier")]).toEqual([[], [], []]);
  expect(of("app", "planner")).toEqual([expect.stringContaining("app/terraform.tfstate.tflock if")]);
  expect(of("app", "applier").join("\n")).toMatchInlineSnapshot(`
    "s3:PutObjectTagging acme-tfstate/app/terraform.tfstate if s3:RequestObjectTag/Cost Center StringEquals a/b if s3:RequestObjectTag/object StringEquals state if s3:RequestObjectTagKeys ForAllValues:StringEquals Cost Center | object
    s3:PutObjectTagging acme-tfstate/app/terraform.tfstate.tflock if s3:RequestObjectTag/Cost Center StringEquals a/b if s3:RequestObjectTag/object StringEquals lock if s3:RequestObjectTagKeys ForAllValues:StringEquals Cost Center | object"
  `);
  expect(of("spaces", "workspace-admin")).toHaveLength(2);
});

it("AWS knows every word of it", async () => {
  const documents = [
    papers.guard,
    ...papers.consumers.flatMap(({ policies }) => policies.map((each) => each.document)),
  ];
  expect((await Promise.all(documents.map(vocabularyFaults))).flat()).toEqual([]);
});

it.each<[string, PolicyDocument, string, Readonly<Record<string, string>>, boolean]>([
  ["an applier gives a state its tags", policyOf("app", "applier"), "app/terraform.tfstate", STATE, true],
  ["a planner gives a lock its tags", policyOf("app", "planner"), "app/terraform.tfstate.tflock", LOCK, true],
  [
    "an applier gives a workspace's state its tags",
    policyOf("spaces", "applier"),
    "ws/dev/spaces/terraform.tfstate",
    STATE,
    true,
  ],
  [
    "an applier gives a state no other tags",
    policyOf("app", "applier"),
    "app/terraform.tfstate",
    { ...STATE, a: "b" },
    false,
  ],
  [
    "an applier gives a state not fewer tags",
    policyOf("app", "applier"),
    "app/terraform.tfstate",
    { object: "state" },
    false,
  ],
  ["nobody gives a state the tags of a lock", EVERYTHING, "app/terraform.tfstate", LOCK, false],
  ["nobody gives it them among others", EVERYTHING, "app/terraform.tfstate", { ...LOCK, a: "b" }, false],
  ["an administrator tags what clients tag", EVERYTHING, "app/terraform.tfstate", { a: "b" }, true],
  ["nobody tags an object that clients do not tag", EVERYTHING, "other/terraform.tfstate", { a: "b" }, false],
  ["nobody tags a lock that clients do not tag", EVERYTHING, "other/terraform.tfstate.tflock", LOCK, false],
])("%s", async (_what, who, key, sent, may) => {
  expect(await tags(who, key, sent)).toBe(may);
});

it("the guard of a home with more tagged objects than it can name lets all objects be tagged, and no state as a lock", () => {
  const consumers = Array.from({ length: 41 }, (_, index) => ({ name: `c${String(index)}`, stateTags: STATE }));
  const many = papersOf(home({ ...TAGGED, consumers: [...consumers, { name: "app", lockTags: LOCK }] })).guard;
  const about = many.Statement.filter(({ Action }) => listOf(Action).includes("s3:PutObjectTagging"));
  expect(about.map(({ Sid }) => Sid)).toEqual(["DenyLockTagsOnStates1"]);
});

it("the guard of a home without tags has no statement about tags", () => {
  const { consumers: _tagged, ...plain } = TAGGED;
  expect(JSON.stringify(papersOf(home(config(plain))).guard)).not.toContain("Tag");
});

it("maps of tags are compared by their content", () => {
  expect(distinctTags([{ a: "1", b: "2" }, undefined, { b: "2", a: "1" }, { a: "1" }])).toEqual([
    { a: "1", b: "2" },
    { a: "1" },
  ]);
  expect([isWithin({ a: "1" }, { a: "1", b: "2" }), isWithin({ a: "1", b: "2" }, { a: "1" })]).toEqual([true, false]);
});
