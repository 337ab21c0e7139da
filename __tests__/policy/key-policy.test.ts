import { keyPolicy, type KeyPolicyScope } from "../../lib/policy/key-policy";
import type { Statement } from "../../lib/policy/policy-document";
import { BREAK_GLASS, EXTERNAL, keyScope } from "../support/guard";

it("IAM of the account decides, and nobody uses the key but through S3 in the bucket's region", () => {
  const lines = keyPolicy(keyScope).Statement.map(
    ({ Effect, Action, Principal, Condition }) =>
      `${Effect} ${JSON.stringify(Principal)} ${[Action].flat().join(" ")} ${JSON.stringify(Condition ?? {})}`,
  );
  expect(lines.join("\n")).toMatchInlineSnapshot(`
"Allow {"AWS":"arn:aws:iam::123456789012:root"} kms:* {}
Deny "*" kms:Decrypt kms:Encrypt kms:GenerateDataKey* kms:ReEncrypt* {"StringNotEquals":{"kms:ViaService":["s3.eu-central-1.amazonaws.com"]}}
Deny "*" kms:Decrypt kms:Encrypt kms:GenerateDataKey* kms:ReEncrypt* {"StringNotLike":{"kms:EncryptionContext:aws:s3:arn":["arn:aws:s3:::acme-tfstate","arn:aws:s3:::acme-tfstate/*"]}}
Deny "*" kms:CreateGrant kms:DeleteAlias kms:DisableKey kms:ReplicateKey kms:ScheduleKeyDeletion kms:UpdateAlias {}
Deny "*" kms:ScheduleKeyDeletion {"NumericLessThan":{"kms:TrailingDaysWithoutKeyUsage":"30"}}"
`);
});

it("the root of the account can always manage the key: nothing is denied but its use on data", () => {
  const denied = keyPolicy(keyScope).Statement.filter((statement) => statement.Effect === "Deny");
  expect(denied.flatMap((statement) => statement.Action)).toEqual([
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
    ...["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    "kms:CreateGrant",
    ...["kms:DeleteAlias", "kms:DisableKey", "kms:ReplicateKey", "kms:ScheduleKeyDeletion", "kms:UpdateAlias"],
    "kms:ScheduleKeyDeletion",
  ]);
});

it("break-glass alone may make the key unusable", () => {
  const deletion = (breakGlass: string[]): unknown =>
    keyPolicy({ ...keyScope, breakGlass }).Statement.find(({ Sid }) => Sid === "DenyDeletion")?.Condition;
  expect(deletion([])).toBeUndefined();
  expect(deletion([BREAK_GLASS])).toEqual({ ArnNotEquals: { "aws:PrincipalArn": BREAK_GLASS } });
});

it("break-glass has to show the MFA that the guard requires, and needs it for nothing else", () => {
  const proven = (scope: Partial<KeyPolicyScope>): Statement | undefined =>
    keyPolicy({ ...keyScope, ...scope }).Statement.find(({ Sid }) => Sid === "DenyUnprovenBreakGlass");
  expect(proven({ breakGlass: [BREAK_GLASS] })).toBeUndefined();
  expect(proven({ breakGlass: [BREAK_GLASS], breakGlassRequires: "mfa" })).toMatchObject({
    Action: expect.arrayContaining(["kms:DisableKey", "kms:ScheduleKeyDeletion"]) as unknown,
    Condition: {
      BoolIfExists: { "aws:MultiFactorAuthPresent": "false" },
      ArnEquals: { "aws:PrincipalArn": BREAK_GLASS },
    },
  });
});

it("roles of other accounts are let in by name, each for what it does", () => {
  const { Statement } = keyPolicy({ ...keyScope, externalReaders: [EXTERNAL], externalWriters: [`${EXTERNAL}-w`] });
  const external = Statement.filter(({ Sid }) => Sid.startsWith("External"));
  expect(external.map(({ Action, Principal, Condition }) => ({ Action, Principal, Condition }))).toEqual([
    {
      Action: "kms:Decrypt",
      Principal: { AWS: "arn:aws:iam::222222222222:root" },
      Condition: { ArnEquals: { "aws:PrincipalArn": EXTERNAL } },
    },
    {
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Principal: { AWS: "arn:aws:iam::222222222222:root" },
      Condition: { ArnEquals: { "aws:PrincipalArn": `${EXTERNAL}-w` } },
    },
  ]);
});

it("in China the root is of that partition, and S3 may come under both of its names", () => {
  const { Statement } = keyPolicy({ ...keyScope, partition: "aws-cn", region: "cn-north-1" });
  expect(Statement[0]?.Principal).toEqual({ AWS: "arn:aws-cn:iam::123456789012:root" });
  expect(Statement[1]?.Condition).toEqual({
    StringNotEquals: { "kms:ViaService": ["s3.cn-north-1.amazonaws.com", "s3.cn-north-1.amazonaws.com.cn"] },
  });
});
