import fc from "../support/fuzz";
import { configProblems } from "../../lib/home/resolve-home";
import type { BootstrapRecord } from "../../lib/record/bootstrap-record";
import { config, home, KEY_ARN, OTHER_KEY_ARN, places, refusals, role, text } from "../support/home";
import { anyText } from "../support/arbitraries";

describe("the smallest config", () => {
  it("is filled in with the safe choices", () => {
    const { consumers, ...rest } = home();
    expect({ ...rest, consumers: consumers.length }).toMatchObject({
      bucket: {
        partition: "aws",
        encryption: { type: "sse-s3" },
        kmsKey: undefined,
        history: { days: 90, newestVersions: 100 },
        accessLogs: undefined,
        eventBridge: false,
        tags: {},
      },
      bootstrap: { stack: "bootstrap", key: "bootstrap/terraform.tfstate", location: "local" },
      locking: "lockfile",
      legacyTable: undefined,
      managedPolicies: "all",
      consumers: 1,
    });
  });

  it("makes a plain root with its own key, no workspaces, and nobody who may do anything", () => {
    expect(home().consumers[0]).toEqual({
      name: "app",
      type: "terraform",
      key: "app/terraform.tfstate",
      locking: "lockfile",
      madeRoles: [],
      access: { reader: [], planner: [], applier: [], "workspace-admin": [], unlocker: [] },
    });
  });

  it("may have no consumers at all", () => {
    expect(home({ consumers: [] }).consumers).toEqual([]);
  });
});

it("a consumer's own locking, key and KMS key go before the config's", () => {
  const of = home({
    locking: "both",
    legacyTable: "terraform-locks",
    bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN } },
    consumers: [{ name: "plain" }, { name: "own", locking: "lockfile", kmsKeyArn: OTHER_KEY_ARN, key: "x/y" }],
  });
  expect(of.consumers.map(({ locking, key, kmsKey }) => ({ locking, key, kmsKey }))).toEqual([
    { locking: "both", key: "plain/terraform.tfstate", kmsKey: { arn: KEY_ARN } },
    { locking: "lockfile", key: "x/y", kmsKey: { arn: OTHER_KEY_ARN } },
  ]);
});

describe("a created key", () => {
  it("is known by its alias, which defaults to the bucket's name, until its ARN is written down", () => {
    const before = home({ bucket: { encryption: { type: "created-key" } } });
    const after = home({ bucket: { encryption: { type: "created-key", keyArn: KEY_ARN } } });
    expect(before.bucket.kmsKey).toEqual({ alias: "alias/acme-tfstate", account: "123456789012" });
    expect(before.consumers[0]?.kmsKey).toEqual(before.bucket.kmsKey);
    expect(after.bucket.kmsKey).toEqual({ arn: KEY_ARN });
    expect(after.bucket.encryption).toMatchObject({ type: "created-key", alias: "alias/acme-tfstate" });
  });
});

describe("access logs", () => {
  it("go to a created bucket, unless the config names one", () => {
    expect(home({ bucket: { accessLogs: {} } }).bucket.accessLogs).toEqual({
      bucket: "acme-tfstate-logs",
      created: true,
      prefix: "acme-tfstate/",
      days: 365,
    });
    expect(home({ bucket: { accessLogs: { bucket: "logs", prefix: "" } } }).bucket.accessLogs).toMatchObject({
      bucket: "logs",
      created: false,
      prefix: "",
    });
  });
});

it("reports all problems at once, each with its place", () => {
  const given = config({
    legacyTable: "x",
    locking: "dynamodb",
    bucket: {
      name: "Acme",
      region: "moon-1",
      account: "1",
      encryption: { type: "existing-key", keyArn: "alias/x" },
      history: { days: 0 },
      accessLogs: { bucket: "Acme" },
      tags: { "aws:x": "y" },
      bootstrapKey: "a/",
    },
    consumers: [
      { name: "a b", key: "k" },
      {
        name: "c",
        key: "k",
        workspaceKeyPrefix: "w/",
        kmsKeyArn: "x",
        assumeRole: { roleArn: "x" },
        access: { reader: [role("*")] },
      },
    ],
  });
  expect(places(refusals(given)).join("\n")).toMatchInlineSnapshot(`
    "bucket-name bucket.name
    region bucket.region
    account bucket.account
    kms-key bucket.encryption.keyArn
    history bucket.history.days
    access-logs bucket.accessLogs.bucket
    access-logs bucket.accessLogs.bucket
    tags bucket.tags.aws:x
    state-key bucket.bootstrapKey
    legacy-table legacyTable
    consumer-name consumers[0].name
    workspace-prefix consumers[1].workspaceKeyPrefix
    kms-key consumers[1].kmsKeyArn
    role-arn consumers[1].assumeRole.roleArn
    role-arn consumers[1].access.reader[0]
    duplicate-key consumers[1].key"
  `);
});

it("the text holds place, what must be, the value, the code and the next step", () => {
  expect(() => home({ bucket: { name: "acme.tfstate" } })).toThrow(
    [
      'bucket.name must not hold a dot, got "acme.tfstate" [bucket-name]',
      "    next: Use hyphens: S3's TLS certificate does not cover names with dots, so requests to the bucket fail.",
    ].join("\n"),
  );
});

describe("the bootstrap stack's key", () => {
  it("is checked like any other", () => {
    expect(text(refusals(config({ bucket: { bootstrapKey: "home//s" } })))).toMatchInlineSnapshot(`
      "[state-key] bucket.bootstrapKey must not hold "//", got "home//s"
        -> Use one slash: Terraform lists and writes different paths for two."
    `);
    expect(places(refusals(config({ bucket: { bootstrapKey: "k".repeat(1020) } })))).toEqual([
      "state-key bucket.bootstrapKey",
    ]);
  });
});

describe("partitions", () => {
  it("are decided by the region", () => {
    const partitions = ["eu-central-1", "cn-northwest-1", "us-gov-east-1"].map(
      (region) => home({ bucket: { region } }).bucket.partition,
    );
    expect(partitions).toEqual(["aws", "aws-cn", "aws-us-gov"]);
  });

  it("bind every ARN in the config", () => {
    const given = config({
      bucket: { region: "us-gov-west-1", encryption: { type: "existing-key", keyArn: KEY_ARN } },
      consumers: [
        {
          name: "app",
          kmsKeyArn: KEY_ARN,
          assumeRole: { roleArn: role("a") },
          readerRole: { roleArn: role("b") },
          access: { unlocker: [role("c")] },
        },
      ],
    });
    expect(places(refusals(given)).filter((line) => line.startsWith("partition"))).toEqual([
      "partition bucket.encryption.keyArn",
      "partition consumers[0].kmsKeyArn",
      "partition consumers[0].assumeRole.roleArn",
      "partition consumers[0].readerRole.roleArn",
      "partition consumers[0].access.unlocker[0]",
    ]);
  });
});

describe("the record of a bootstrap", () => {
  const record: BootstrapRecord = {
    version: 1,
    bucket: "acme-tfstate",
    region: "eu-central-1",
    account: "123456789012",
    key: "bootstrap/terraform.tfstate",
    lineage: "9a6b7c5d",
  };

  it("puts the bootstrap stack's state into the bucket", () => {
    expect(home({}, { record }).bootstrap.location).toBe("bucket");
  });

  it("must speak of the place the config speaks of", () => {
    const elsewhere = { ...record, bucket: "other-tfstate", key: "x" };
    expect(text(refusals(config(), { record: elsewhere }))).toMatchInlineSnapshot(`
      "[bootstrap-record] bootstrap.state.json must match the config, got bucket "other-tfstate" where the config has "acme-tfstate", key "x" where the config has "bootstrap/terraform.tfstate"
        -> Restore the config: the bootstrap stack's state is where the record says. For a second state home, use a second checkout without this file."
    `);
    expect(refusals(config(), { record, environment: { STATELOCK_REGION: "eu-west-1" } })).toHaveLength(1);
  });
});

it("any text in any place makes problems, never an exception", () => {
  const anything = anyText({ maxLength: 20 });
  fc.assert(
    fc.property(anything, anything, anything, anything, anything, (name, region, account, key, other) => {
      const given = config({
        legacyTable: other,
        locking: "both",
        bucket: {
          name,
          region,
          account,
          bootstrapKey: other,
          encryption: { type: "created-key", alias: other, keyArn: key },
        },
        consumers: [
          {
            name: other,
            key,
            workspaceKeyPrefix: name,
            kmsKeyArn: other,
            assumeRole: { roleArn: key, externalId: name },
          },
          { name, access: { reader: [key, key] } },
        ],
      });
      for (const problem of configProblems(given)) {
        expect(problem.message).toMatch(/must .*(, got|, and)/su);
        expect(problem.fix.length).toBeGreaterThan(5);
        expect(problem.path).toMatch(/^(bucket|legacyTable|consumers\[\d\])/);
      }
    }),
  );
});
