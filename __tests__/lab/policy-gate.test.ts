import type { PolicyDocument } from "../../lib/policy/policy-document";
import { decide } from "../../lab/policy-gate/evaluator";
import { policyGate, SETUP_KEY } from "../../lab/policy-gate/policy-gate";
import { s3Questions } from "../../lab/policy-gate/s3-questions";
import type { GateWorld } from "../../lab/policy-gate/world";
import { parseAwsRequest, type Answer, type AwsRequest } from "../../lab/requests/aws-request";

const ROLE = "arn:aws:iam::123456789012:role/app";
const KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555";

function request(method: string, target: string, headers: Record<string, string> = {}, key = "app"): AwsRequest {
  const credential = `Credential=${key}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x`;
  const all = { authorization: `AWS4-HMAC-SHA256 ${credential}`, ...headers };
  return parseAwsRequest({ method, target, headers: all, body: Buffer.alloc(0), secure: true });
}

const policy = (...statements: object[]): PolicyDocument =>
  ({ Version: "2012-10-17", Statement: statements }) as unknown as PolicyDocument;
const allow = (Action: string, Resource: string, more: object = {}): object => ({
  ...{ Sid: `A${Action.replace(/\W/g, "")}`, Effect: "Allow", Action, Resource },
  ...more,
});
const NOTHING = policy({
  ...{ Sid: "None", Effect: "Deny", Principal: "*", Action: "s3:PutBucketWebsite", Resource: "arn:aws:s3:::b" },
});

describe("what S3 asks", () => {
  it.each([
    ["GET", "/b/k", {}, "s3:GetObject"],
    ["HEAD", "/b/k", {}, "s3:GetObject"],
    ["GET", "/b/k?versionId=1", {}, "s3:GetObjectVersion"],
    ["PUT", "/b/k", {}, "s3:PutObject"],
    ["PUT", "/b/k", { "if-match": '"e"' }, "s3:PutObject s3:GetObject"],
    ["PUT", "/b/k", { "x-amz-acl": "private" }, "s3:PutObject s3:PutObjectAcl"],
    ["PUT", "/b/k", { "x-amz-copy-source": "/b/other" }, "s3:PutObject s3:GetObject"],
    ["POST", "/b/k?uploads", {}, "s3:PutObject"],
    ["PUT", "/b/k?partNumber=1&uploadId=u", {}, "s3:PutObject"],
    ["DELETE", "/b/k?uploadId=u", {}, "s3:AbortMultipartUpload"],
    ["DELETE", "/b/k", {}, "s3:DeleteObject"],
    ["DELETE", "/b/k", { "if-match": '"e"' }, "s3:DeleteObject s3:GetObject"],
    ["DELETE", "/b/k", { "if-match": "*" }, "s3:DeleteObject"],
    ["DELETE", "/b/k?versionId=1", {}, "s3:DeleteObjectVersion"],
    ["GET", "/b?list-type=2&prefix=p", {}, "s3:ListBucket"],
    ["GET", "/b?versions", {}, "s3:ListBucketVersions"],
    ["GET", "/b?abac", {}, "s3:GetBucketAbac"],
    ["GET", "/b?metadataConfiguration", {}, "s3:GetBucketMetadataTableConfiguration"],
    ["GET", "/b?inventory&x-id=ListBucketInventoryConfigurations", {}, "s3:GetInventoryConfiguration"],
    ["GET", "/b?object-lock", {}, "s3:GetBucketObjectLockConfiguration"],
    ["GET", "/b?location", {}, "s3:GetBucketLocation"],
    ["GET", "/b?notification", {}, "s3:GetBucketNotification"],
    ["GET", "/b?publicAccessBlock", {}, "s3:GetBucketPublicAccessBlock"],
    ["GET", "/b?replication", {}, "s3:GetReplicationConfiguration"],
    ["DELETE", "/b?encryption", {}, "s3:PutEncryptionConfiguration"],
    ["DELETE", "/b?policy", {}, "s3:DeleteBucketPolicy"],
  ])("%s %s %j: %s", (method, target, headers, actions) => {
    const asked = s3Questions(request(method, target, headers));
    expect(asked.map(({ action }) => action).join(" ")).toBe(actions);
  });

  it("a multipart upload is no creation until it is completed, and only then has a condition", () => {
    const of = (method: string, target: string): string | string[] | undefined =>
      s3Questions(request(method, target))[0]?.context?.["s3:ObjectCreationOperation"];
    expect([
      of("POST", "/b/k?uploads"),
      of("PUT", "/b/k?partNumber=1&uploadId=u"),
      of("POST", "/b/k?uploadId=u"),
    ]).toEqual(["false", "false", "true"]);
  });

  it.each([
    ["GET", "/b/k?attributes", {}],
    ["GET", "/b/k?unheard-of=1", {}],
    ["PUT", "/b/k", { "x-amz-unheard-of": "1" }],
    ["GET", "/b?analytics", {}],
    ["PUT", "/b", {}],
  ])("%s %s %j cannot be mapped", (method, target, headers) => {
    expect(() => s3Questions(request(method, target, headers as Record<string, string>))).toThrow();
  });
});

describe("a decision", () => {
  const question = { principal: ROLE, account: "123456789012", context: {} };

  it("is refused where a condition key would be ignored in silence", async () => {
    const asked = { ...question, action: "s3:GetObject", resource: "arn:aws:s3:::b/k", context: { "s3:made-up": "x" } };
    await expect(decide(asked, { identity: [policy(allow("s3:*", "*"))] })).rejects.toThrow("s3:made-up");
  });

  it.each([
    ["Action", "S3:get*", "ExplicitlyDenied"],
    ["Action", "s3:GetObjec?", "ExplicitlyDenied"],
    ["Action", "s3:GetObject*n", "Allowed"],
    ["NotAction", "s3:List*", "ExplicitlyDenied"],
    ["NotAction", "s3:Get*", "Allowed"],
  ])(
    "is made by the statements that are about its action: a denied %s of %s leaves it %s",
    async (element, of, wanted) => {
      const asked = { ...question, action: "s3:GetObject", resource: "arn:aws:s3:::b/k" };
      const deny = { Sid: "D", Effect: "Deny", Resource: "*", [element]: of };
      expect(await decide(asked, { identity: [policy(allow("*", "*"), deny)] })).toBe(wanted);
    },
  );

  it("fails if a document is not a policy", async () => {
    const asked = { ...question, action: "s3:GetObject", resource: "arn:aws:s3:::b/k" };
    await expect(decide(asked, { identity: [policy({ Effect: "Perhaps" })] })).rejects.toThrow("is not a valid policy");
  });

  it("knows the encryption context, with and without a key policy", async () => {
    const context = { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b" };
    const condition = { Condition: { StringEquals: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b" } } };
    const asked = { ...question, action: "kms:Decrypt", resource: KEY, context };
    const identity = [policy(allow("kms:Decrypt", KEY, condition))];
    const delegating = policy({
      ...allow("kms:*", "*"),
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
    });
    expect(await decide(asked, { identity, resource: delegating })).toBe("Allowed");
    expect(await decide({ ...asked, context: {} }, { identity, resource: delegating })).toBe("ImplicitlyDenied");
  });
});

describe("the gate", () => {
  /** A gate in front of something that gives this answer, and what came through to it. */
  function gateWith(identity: PolicyDocument, answer: Answer = { status: 200 }, kmsKey?: string) {
    const gate = policyGate({ account: "123456789012", region: "us-east-1" });
    const world: GateWorld = gate.world;
    world.principals.set("app", { arn: ROLE, policies: [identity] });
    world.buckets.set("b", {
      ...{ name: "b", account: "123456789012", region: "us-east-1", policy: NOTHING },
      ...(kmsKey !== undefined && { kmsKey }),
    });
    const forwarded: string[] = [];
    const ask = async (of: AwsRequest): Promise<number> => {
      const given = await gate.handler(of, (sent) => {
        forwarded.push(`${sent.operation} ${sent.key ?? ""}`);
        return Promise.resolve(answer);
      });
      return given.status;
    };
    return { gate, ask, forwarded };
  }

  it("forwards what is allowed and answers 403 to the rest", async () => {
    const { ask, forwarded } = gateWith(policy(allow("s3:GetObject", "arn:aws:s3:::b/k")));
    expect([await ask(request("GET", "/b/k")), await ask(request("GET", "/b/other"))]).toEqual([200, 403]);
    expect(forwarded).toEqual(["GetObject k"]);
  });

  it("says that an object is missing only to who may list it", async () => {
    const read = allow("s3:GetObject", "arn:aws:s3:::b/*");
    const list = allow("s3:ListBucket", "arn:aws:s3:::b", { Condition: { StringEquals: { "s3:prefix": "k" } } });
    const { ask } = gateWith(policy(read, list), { status: 404 });
    expect([await ask(request("HEAD", "/b/k")), await ask(request("HEAD", "/b/other"))]).toEqual([404, 403]);
  });

  it("asks the key for what it encrypted", async () => {
    const onlyS3 = gateWith(policy(allow("s3:GetObject", "arn:aws:s3:::b/k")), { status: 200 }, KEY);
    const keyPolicy = policy({ ...allow("kms:*", "*"), Principal: { AWS: "arn:aws:iam::123456789012:root" } });
    onlyS3.gate.world.keys.set(KEY, { arn: KEY, policy: keyPolicy, bucketKey: true });
    expect([await onlyS3.ask(request("GET", "/b/k")), await onlyS3.ask(request("HEAD", "/b/k"))]).toEqual([403, 200]);
  });

  it.each([
    ["an operation", request("GET", "/b?analytics")],
    ["a bucket", request("GET", "/unknown/k")],
    ["an access key", request("GET", "/b/k", {}, "nobody")],
  ])("refuses %s that it does not know, and remembers", async (_what, unknown) => {
    const { gate, ask, forwarded } = gateWith(policy(allow("s3:*", "*")));
    expect(await ask(unknown)).toBe(403);
    expect(gate.unmapped()).toHaveLength(1);
    expect(forwarded).toEqual([]);
  });

  it("keeps what was asked, by access key, until it is taken", async () => {
    const { gate, ask } = gateWith(policy(allow("s3:GetObject", "arn:aws:s3:::b/k")));
    await ask(request("GET", "/b/k"));
    await ask(request("GET", "/b/other"));
    const judged = gate.take("app");
    expect(judged.map(({ request: { key }, refusedBy }) => [key, refusedBy?.question.action])).toEqual([
      ["k", undefined],
      ["other", "s3:GetObject"],
    ]);
    expect(gate.take("app")).toEqual([]);
  });

  it("does not judge the test's own requests", async () => {
    const { gate, ask } = gateWith(policy(allow("s3:GetObject", "arn:aws:s3:::b/k")));
    expect(await ask(request("DELETE", "/b/k", {}, SETUP_KEY))).toBe(200);
    expect(gate.take(SETUP_KEY)).toEqual([]);
  });
});
