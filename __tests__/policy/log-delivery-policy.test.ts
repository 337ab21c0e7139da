import { logDeliveryPolicy } from "../../lib/policy/log-delivery-policy";

const SCOPE = {
  partition: "aws",
  account: "123456789012",
  bucket: "acme-tfstate",
  logBucket: "acme-tfstate-logs",
  changers: [],
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
  expect(others).toEqual([]);
});

it("those whose requests are logged can only read, once a deployer is known", () => {
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

it("the ARNs are those of the partition", () => {
  const json = JSON.stringify(logDeliveryPolicy({ ...SCOPE, partition: "aws-us-gov" }));
  expect(json.match(/arn:[^:]+:/g)).toEqual(Array(6).fill("arn:aws-us-gov:"));
});
