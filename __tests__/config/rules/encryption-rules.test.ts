import { encryptionProblems } from "../../../lib/config/rules/encryption-rules";
import type { EncryptionConfig } from "../../../lib/config/state-config";
import { config, KEY_ARN, places, text } from "../../support/home";

function problems(encryption?: EncryptionConfig): ReturnType<typeof encryptionProblems> {
  return encryptionProblems(config({ bucket: encryption === undefined ? {} : { encryption } }).bucket);
}

it("SSE-S3, said or not, has nothing to check", () => {
  expect([...problems(), ...problems({ type: "sse-s3" })]).toEqual([]);
});

describe("a key that exists", () => {
  it("may be in any account", () => {
    expect(problems({ type: "existing-key", keyArn: KEY_ARN })).toEqual([]);
    expect(problems({ type: "existing-key", keyArn: KEY_ARN.replace("123456789012", "999999999999") })).toEqual([]);
  });

  it("is checked like any key", () => {
    expect(places(problems({ type: "existing-key", keyArn: "alias/acme" }))).toEqual(["kms-key encryption.keyArn"]);
  });
});

describe("a created key", () => {
  it("needs nothing, and takes an alias and the ARN of the first deploy", () => {
    expect(problems({ type: "created-key" })).toEqual([]);
    expect(problems({ type: "created-key", alias: "alias/acme/state_1", keyArn: KEY_ARN })).toEqual([]);
  });

  it.each(["acme", "alias/", "alias/aws/s3", "alias/a b", "alias/a:b", "alias/é", `alias/${"a".repeat(251)}`, ""])(
    "must not have the alias %j",
    (alias) => {
      expect(places(problems({ type: "created-key", alias }))).toEqual(["kms-alias encryption.alias"]);
    },
  );

  it("is in the bucket's account, because Statelock creates it there", () => {
    const keyArn = KEY_ARN.replace("123456789012", "999999999999");
    expect(text(problems({ type: "created-key", keyArn }))).toMatchInlineSnapshot(`
      "[kms-key] encryption.keyArn must be in the account 123456789012, where the bootstrap stack creates the key, got "arn:aws:kms:eu-central-1:999999999999:key/11111111-2222-4333-8444-555555555555"
        -> Remove keyArn until the first deploy prints kms_key_arn, or use type "existing-key" for a key of another account."
    `);
  });

  it("is checked like any key", () => {
    const keyArn = KEY_ARN.replace("eu-central-1", "eu-west-1");
    expect(places(problems({ type: "created-key", keyArn }))).toEqual(["kms-key encryption.keyArn"]);
  });
});
