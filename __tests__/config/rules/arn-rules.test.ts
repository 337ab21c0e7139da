import fc from "../../support/fuzz";
import {
  assumeRoleProblems,
  kmsKeyArnProblems,
  principalArnProblems,
  roleArnProblems,
} from "../../../lib/config/rules/arn-rules";
import { config, KEY_ARN, OTHER_KEY_ARN, places, role, text } from "../../support/home";
import { anyText } from "../../support/arbitraries";

const BUCKET = config().bucket;
const CHINA = config({ bucket: { region: "cn-north-1" } }).bucket;

describe("a KMS key", () => {
  const problems = (arn: string, bucket = BUCKET): string => text(kmsKeyArnProblems(arn, "kmsKeyArn", bucket));

  it("is an ARN with a UUID or the ID of a multi-Region key, in any account", () => {
    expect(problems(KEY_ARN)).toBe("");
    expect(problems(OTHER_KEY_ARN)).toBe("");
    expect(problems(KEY_ARN.replace("123456789012", "999999999999"))).toBe("");
  });

  it.each([
    "11111111-2222-4333-8444-555555555555",
    "alias/acme",
    "arn:aws:kms:eu-central-1:123456789012:alias/acme",
    "arn:aws:s3:::acme-tfstate",
    "arn:aws-iso:kms:us-iso-east-1:123456789012:key/11111111-2222-4333-8444-555555555555",
    "",
  ])("must not be %j", (arn) => {
    expect(problems(arn)).toContain("[kms-key] kmsKeyArn must be the ARN of a KMS key, got");
  });

  it("an alias is refused with its reason", () => {
    expect(problems("arn:aws:kms:eu-central-1:123456789012:alias/acme")).toMatchInlineSnapshot(`
      "[kms-key] kmsKeyArn must be the ARN of a KMS key, got "arn:aws:kms:eu-central-1:123456789012:alias/acme"
        -> Use arn:<partition>:kms:<region>:<account>:key/<id>, not an alias: Terraform would look up an alias in the caller's account."
    `);
  });

  it("must have an id that Terraform takes: AWS's own example does not", () => {
    const example = KEY_ARN.replace(/key\/.*/, "key/1234abcd-12ab-34cd-56ef-1234567890ab");
    expect(problems(example)).toMatchInlineSnapshot(`
      "[kms-key] kmsKeyArn must hold a key ID that Terraform accepts, got "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        -> Copy the ARN from \`aws kms describe-key\`: the ID is a UUID or begins with mrk-."
    `);
    expect(problems(KEY_ARN.replace(/key\/.*/, "key/11111111-2222-4333-8444-555555555555-junk"))).toContain("kms-key");
    expect(problems(KEY_ARN.toUpperCase().replace("ARN:AWS:KMS:EU-CENTRAL-1", "arn:aws:kms:eu-central-1"))).toContain(
      "kms-key",
    );
  });

  it("must be in the bucket's region, partition and in some account", () => {
    expect(places(kmsKeyArnProblems(KEY_ARN, "k", CHINA))).toEqual(["partition k", "kms-key k"]);
    expect(problems(KEY_ARN.replace("eu-central-1", "eu-west-1"))).toMatchInlineSnapshot(`
      "[kms-key] kmsKeyArn must be in the bucket's region eu-central-1, got "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-4333-8444-555555555555"
        -> Use a key of that region: S3 encrypts with no other."
    `);
    expect(problems(KEY_ARN.replace("123456789012", "1"))).toContain("must name an account of 12 digits");
  });
});

describe("a role of IAM Identity Center", () => {
  const sso = (path: string): string => role(`${path}AWSReservedSSO_Admin_0123456789abcdef`);
  const problems = (arn: string): string =>
    text([...roleArnProblems(arn, "r", BUCKET), ...principalArnProblems(arn, "p", BUCKET)]);

  it.each(["aws-reserved/sso.amazonaws.com/", "aws-reserved/sso.amazonaws.com/eu-central-1/"])(
    "has the path %s",
    (path) => {
      expect(problems(sso(path))).toBe("");
    },
  );

  it.each(["", "team/", "aws-reserved/", "aws-reserved/sso.amazonaws.com/eu-central-1/team/"])(
    "must not be named under %j",
    (path) => {
      expect(problems(sso(path))).toMatch(/role-arn\] r must[^]*principal-arn\] p must have the path of a role of IAM/);
    },
  );
});

describe("a role", () => {
  const problems = (arn: string, accounts?: readonly string[]): string =>
    text(roleArnProblems(arn, "access.reader[0]", BUCKET, accounts));

  it("is an ARN, with or without a path", () => {
    expect(problems(role("ci"))).toBe("");
    expect(problems(role("team/a/ci+plan=1"))).toBe("");
    expect(problems(role("ci"), ["123456789012"])).toBe("");
  });

  it.each([
    [[role("ci-*"), role("ci?"), "*"], "must name one role"],
    [["arn:aws:sts::123456789012:assumed-role/ci/session"], "must be a role, got the session"],
    [["arn:aws:iam::123456789012:user/ci", "arn:aws:iam::123456789012:root", "ci"], "must be the ARN of an IAM role"],
    [["arn:aws:iam::1234:role/ci", "arn:aws:iam:r:123456789012:role/ci"], "must be the ARN of an IAM role"],
    [[role("a b"), role("x".repeat(65)), role("team//")], "must be the ARN of an IAM role"],
    [[role("${x}/ci"), role('a"b/ci'), role("a\\b/ci")], "must be the ARN of an IAM role"],
    [["arn:aws-cn:iam::123456789012:role/ci"], "must be in the partition aws"],
  ])("must not be one of %j: %s", (arns, wrong) => {
    for (const arn of arns) expect(problems(arn)).toContain(wrong);
  });

  it("access is given in accounts that are let in only", () => {
    expect(problems(role("ci"), ["999999999999", "123456789012"])).toBe("");
    expect(problems(role("ci"), ["999999999999", "222222222222"])).toMatchInlineSnapshot(`
      "[role-arn] access.reader[0] must be in an account that the guard lets in (999999999999, 222222222222), got "arn:aws:iam::123456789012:role/ci"
        -> Add its account to bucket.guard.accounts, and attach the policy's JSON file to the role there."
    `);
  });

  it.each(["aws-reserved/other.amazonaws.com/Role", "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"])(
    "a policy cannot be attached to %s, which an AWS service manages, but anyone may assume or name it",
    (name) => {
      expect(problems(role(name), ["123456789012"])).toContain("must be a role that you manage");
      expect(problems(role(name), ["999999999999", "123456789012"])).toBe("");
      expect(problems(role(name))).toBe("");
    },
  );

  it("is judged whatever it is", () => {
    fc.assert(
      fc.property(anyText(), (arn) => {
        expect(roleArnProblems(arn, "r", BUCKET)).not.toEqual([]);
        expect(kmsKeyArnProblems(arn, "k", BUCKET)).not.toEqual([]);
      }),
    );
  });
});

describe("assume-role", () => {
  it("takes what Terraform takes", () => {
    const full = { roleArn: role("state"), externalId: "a:b/c=1", sessionName: "ci@acme" };
    expect(assumeRoleProblems(full, "assumeRole", BUCKET)).toEqual([]);
    expect(assumeRoleProblems({ roleArn: "arn:aws:iam::999999999999:role/state" }, "assumeRole", BUCKET)).toEqual([]);
  });

  it("reports each of its fields", () => {
    const wrong = { roleArn: "state", externalId: "x", sessionName: "a b" };
    expect(text(assumeRoleProblems(wrong, "readerRole", BUCKET))).toMatchInlineSnapshot(`
      "[role-arn] readerRole.roleArn must be the ARN of an IAM role, got "state"
        -> Use arn:<partition>:iam::<account>:role/<name>.
      [assume-role] readerRole.externalId must be 2 to 1224 letters, digits or +=,.@:/-_, got "x"
        -> Use the ID that the role's trust policy requires.
      [assume-role] readerRole.sessionName must be 2 to 64 letters, digits or +=,.@-_, got "a b"
        -> Remove it, or shorten it."
    `);
  });

  it("holds Terraform's limits of length", () => {
    const at = (externalId: string, sessionName: string): string[] =>
      places(assumeRoleProblems({ roleArn: role("s"), externalId, sessionName }, "a", BUCKET));
    expect(at("xx", "s".repeat(64))).toEqual([]);
    expect(at("x".repeat(1224), "ss")).toEqual([]);
    expect(at("x".repeat(1225), "s".repeat(65))).toEqual(["assume-role a.externalId", "assume-role a.sessionName"]);
  });
});
