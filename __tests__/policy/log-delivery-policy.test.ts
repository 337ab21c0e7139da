import { logDeliveryPolicy, type LogDeliveryScope } from "../../lib/policy/log-delivery-policy";
import type { Statement } from "../../lib/policy/policy-document";

const SCOPE = {
  partition: "aws",
  account: "123456789012",
  bucket: "acme-tfstate",
  logBucket: "acme-tfstate-logs",
  changers: [],
  breakGlass: [],
} as const;

it("S3's log delivery may write logs of this bucket of this account, and nobody may come by plain HTTP", () => {
  const [delivery, insecure, oldTls, ...others] = logDeliveryPolicy(SCOPE).Statement;
  expect(delivery).toMatchObject({
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: "arn:aws:s3:::acme-tfstate-logs/*",
    Condition: {
      ArnLike: { "aws:SourceArn": "arn:aws:s3:::acme-tfstate" },
      StringEquals: { "aws:SourceAccount": "123456789012" },
    },
  });
  expect(insecure).toMatchObject({
    Effect: "Deny",
    Resource: ["arn:aws:s3:::acme-tfstate-logs", "arn:aws:s3:::acme-tfstate-logs/*"],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  expect(oldTls).toMatchObject({ Effect: "Deny", Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } });
  expect(others.map(({ Sid }) => Sid)).toEqual(["DenyLogForgery"]);
});

it("nobody deletes, writes or overwrites a log but break-glass: a deployer's requests are logged as well", () => {
  const [role, other] = ["arn:aws:iam::123456789012:role/break-glass", "arn:aws:iam::123456789012:role/deploy"];
  const forgery = (scope: Partial<LogDeliveryScope>): Statement | undefined =>
    logDeliveryPolicy({ ...SCOPE, ...scope }).Statement.find(({ Sid }) => Sid === "DenyLogForgery");
  expect(forgery({})).toMatchObject({
    Effect: "Deny",
    Principal: "*",
    Action: [
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:PutObject",
      "s3:ReplicateDelete",
      "s3:ReplicateObject",
      "s3:UpdateObjectEncryption",
    ],
    Resource: "arn:aws:s3:::acme-tfstate-logs/*",
    Condition: { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } },
  });
  expect(forgery({ changers: [role, other], breakGlass: [role] })?.Condition).toEqual({
    ArnNotEquals: { "aws:PrincipalArn": role },
    BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
  });
});

it("break-glass needs for the logs what it needs for the states", () => {
  const breakGlass = ["arn:aws:iam::123456789012:role/break-glass"];
  const { Statement } = logDeliveryPolicy({ ...SCOPE, breakGlass, breakGlassRequires: "source-identity" });
  expect(Statement.find(({ Sid }) => Sid === "DenyUnprovenBreakGlass")).toMatchObject({
    Action: "s3:*",
    Resource: ["arn:aws:s3:::acme-tfstate-logs", "arn:aws:s3:::acme-tfstate-logs/*"],
    Condition: { Null: { "aws:SourceIdentity": "true" }, ArnEquals: { "aws:PrincipalArn": breakGlass[0] } },
  });
});

it("principals whose requests are logged can only read logs, once a deployer is known", () => {
  const changers = ["arn:aws:iam::123456789012:role/deploy"];
  expect(logDeliveryPolicy({ ...SCOPE, changers }).Statement.at(-1)).toMatchObject({
    Effect: "Deny",
    NotAction: ["s3:Get*", "s3:List*"],
    Condition: {
      ArnNotEquals: { "aws:PrincipalArn": changers[0] },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
    },
  });
});

it("the ARNs are in the bucket's partition", () => {
  const json = JSON.stringify(logDeliveryPolicy({ ...SCOPE, partition: "aws-us-gov" }));
  expect(json.match(/arn:[^:]+:/g)).toEqual(Array(7).fill("arn:aws-us-gov:"));
});
