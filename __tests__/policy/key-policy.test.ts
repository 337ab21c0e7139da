import { keyPolicy } from "../../lib/policy/key-policy";

const GERMANY = { partition: "aws", region: "eu-central-1", account: "123456789012" } as const;

test("IAM of the account decides, and nobody uses the key but through S3 in the bucket's region", () => {
  const lines = keyPolicy(GERMANY).Statement.map(
    ({ Effect, Action, Principal, Condition }) =>
      `${Effect} ${JSON.stringify(Principal)} ${[Action].flat().join(" ")} ${JSON.stringify(Condition ?? {})}`,
  );
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "Allow {"AWS":"arn:aws:iam::123456789012:root"} kms:* {}
    Deny "*" kms:Decrypt kms:Encrypt kms:GenerateDataKey* kms:ReEncrypt* {"StringNotEquals":{"kms:ViaService":["s3.eu-central-1.amazonaws.com"]}}"
  `);
});

test("the root of the account can always manage the key: nothing is denied but its use on data", () => {
  const denied = keyPolicy(GERMANY).Statement.filter((statement) => statement.Effect === "Deny");
  expect(denied.flatMap((statement) => statement.Action)).toEqual([
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
  ]);
});

test("in China the root is of that partition, and S3 may come under both of its names", () => {
  const { Statement } = keyPolicy({ partition: "aws-cn", region: "cn-north-1", account: "123456789012" });
  expect(Statement[0]?.Principal).toEqual({ AWS: "arn:aws-cn:iam::123456789012:root" });
  expect(Statement[1]?.Condition).toEqual({
    StringNotEquals: { "kms:ViaService": ["s3.cn-north-1.amazonaws.com", "s3.cn-north-1.amazonaws.com.cn"] },
  });
});
