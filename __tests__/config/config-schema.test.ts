import { stateConfigSchema } from "../../lib/config/config-schema";
import { config, KEY_ARN, places, refusals, role, text } from "../support/home";

it("a config of every field is one", () => {
  const everything = config({
    locking: "both",
    legacyTable: "terraform-locks",
    managedPolicies: "attached",
    bucket: {
      encryption: { type: "created-key", alias: "alias/acme", keyArn: KEY_ARN },
      history: { days: 30, newestVersions: 10 },
      accessLogs: { prefix: "logs/", days: 10 },
      eventBridge: true,
      tags: { team: "a" },
      bootstrapKey: "home/bootstrap.tfstate",
    },
    consumers: [
      {
        name: "app",
        type: "cdktf",
        key: "app/s",
        workspaceKeyPrefix: "app/ws",
        kmsKeyArn: KEY_ARN,
        assumeRole: { roleArn: role("a"), externalId: "ab", sessionName: "ab" },
        readerRole: { roleArn: role("b") },
        locking: "lockfile",
        access: { reader: [role("c")], planner: [], applier: [], "workspace-admin": [], unlocker: [] },
      },
    ],
  });
  expect(refusals(everything)).toEqual([]);
  expect(stateConfigSchema.parse(everything)).toEqual(everything);
});

it.each([undefined, null, 1, "config", []])("%j is no config", (given) => {
  expect(refusals(given)).toHaveLength(1);
});

it("finds every unknown field, at every depth", () => {
  const given = {
    ...config({ consumers: [{ name: "app" }] }),
    lock: "lockfile",
    consumers: [{ name: "app", acess: {}, assumeRole: { roleArn: role("a"), duration: "1h" }, access: { admin: [] } }],
    bucket: { ...config().bucket, versioning: true, history: { day: 1 }, accessLogs: { retention: 1 } },
  };
  expect(places(refusals(given)).sort()).toEqual([
    "unknown-field bucket.accessLogs.retention",
    "unknown-field bucket.history.day",
    "unknown-field bucket.versioning",
    "unknown-field consumers[0].access.admin",
    "unknown-field consumers[0].acess",
    "unknown-field consumers[0].assumeRole.duration",
    "unknown-field lock",
  ]);
});

it("reports missing and misshapen fields with place, value and what to write", () => {
  const given = {
    bucket: { name: "acme-tfstate", account: 123456789012, history: { days: 1.5 } },
    locking: "file",
    consumers: [{ type: "pulumi" }],
  };
  expect(text(refusals(given))).toMatchInlineSnapshot(`
    "[missing-field] bucket.region must be given, got nothing
      -> Add the field: of type string.
    [wrong-type] bucket.account must be of type string, got 123456789012
      -> Correct the value; docs/reference/config.md describes the field.
    [wrong-type] bucket.history.days must be a whole number, got 1.5
      -> Correct the value; docs/reference/config.md describes the field.
    [wrong-type] locking must be one of "lockfile", "both", "dynamodb", got "file"
      -> Correct the value; docs/reference/config.md describes the field.
    [missing-field] consumers[0].name must be given, got nothing
      -> Add the field: of type string.
    [wrong-type] consumers[0].type must be one of "cdktf", "terraform", got "pulumi"
      -> Correct the value; docs/reference/config.md describes the field."
  `);
});

it("an unknown field has its next step", () => {
  expect(text(refusals({ ...config(), lockTable: "x" }))).toMatchInlineSnapshot(`
    "[unknown-field] lockTable must be a field that Statelock knows, got "lockTable"
      -> Remove it, or correct its spelling; docs/reference/config.md lists every field."
  `);
});

describe("SSE-C", () => {
  it.each(["sse-c", "SSE-C", "ssec", "sse-c-key"])("is refused as %s, with the reason", (type) => {
    const given = { ...config(), bucket: { ...config().bucket, encryption: { type, key: "secret" } } };
    expect(places(refusals(given))).toEqual(["sse-c bucket.encryption.type"]);
  });

  it("says what to use instead", () => {
    const given = { ...config(), bucket: { ...config().bucket, encryption: { type: "sse-c" } } };
    expect(text(refusals(given))).toMatchInlineSnapshot(`
      "[sse-c] bucket.encryption.type must be "sse-s3", "created-key" or "existing-key", got "sse-c"
        -> Use a KMS key instead: Terraform cannot read a lock that SSE-C encrypts, so nobody could see or release it."
    `);
  });

  it("its key as a field is unknown", () => {
    const encryption = { type: "sse-s3", customerKey: "c2VjcmV0" };
    const problems = refusals({ ...config(), bucket: { ...config().bucket, encryption } });
    expect(places(problems)).toEqual(["unknown-field bucket.encryption.customerKey"]);
    expect(text(problems)).not.toContain("c2VjcmV0");
  });
});

it("reports an encryption without a type, or with an unknown one", () => {
  const at = (encryption: unknown): string[] =>
    places(refusals({ ...config(), bucket: { ...config().bucket, encryption } }));
  expect(at({ type: "kms" })).toEqual(["wrong-type bucket.encryption.type"]);
  expect(at({})).toEqual(["wrong-type bucket.encryption.type"]);
  expect(at("sse-s3")).toEqual(["wrong-type bucket.encryption"]);
  expect(at({ type: "existing-key" })).toEqual(["missing-field bucket.encryption.keyArn"]);
  expect(at({ type: "sse-s3", keyArn: KEY_ARN })).toEqual(["unknown-field bucket.encryption.keyArn"]);
});
