import { OWN_VERSION } from "../../lib/text/own-version";
import { papersOf } from "../../lib/home/papers";
import { StateBucket } from "../../lib/bucket/state-bucket";
import type { BucketConfig } from "../../lib/config/state-config";
import { home, KEY_ARN } from "../support/home";
import { lines, only, resourcesOf, type Resource } from "../support/resources";

function bucketOf(bucket: Partial<BucketConfig> = {}, kmsKeyArn?: string): Resource[] {
  const of = home({ bucket });
  return resourcesOf((scope) => {
    new StateBucket(scope, "state", { settings: of.bucket, guard: papersOf(of).guard, kmsKeyArn });
  });
}

it("a state bucket is a bucket and every setting that protects it", () => {
  expect(lines(bucketOf())).toMatchInlineSnapshot(`
    "aws_s3_bucket state_bucket
    aws_s3_bucket_lifecycle_configuration state_history
    aws_s3_bucket_ownership_controls state_ownership
    aws_s3_bucket_policy state_guard
    aws_s3_bucket_public_access_block state_public-access
    aws_s3_bucket_server_side_encryption_configuration state_encryption
    aws_s3_bucket_versioning state_versioning"
  `);
});

it("Terraform refuses to destroy it, and would not empty it", () => {
  expect(only("aws_s3_bucket", bucketOf())).toEqual({
    bucket: "acme-tfstate",
    force_destroy: false,
    lifecycle: { prevent_destroy: true },
    tags: { statelock_version: OWN_VERSION },
  });
});

it("every replaced version is kept", () => {
  expect(only("aws_s3_bucket_versioning", bucketOf())).toMatchObject({
    versioning_configuration: { status: "Enabled" },
  });
});

it("lets nobody make an object public, and turns ACLs off", () => {
  expect(only("aws_s3_bucket_public_access_block", bucketOf())).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(only("aws_s3_bucket_ownership_controls", bucketOf())).toMatchObject({
    rule: { object_ownership: "BucketOwnerEnforced" },
  });
});

it("objects are encrypted with S3's keys, or with the given key behind a bucket key", () => {
  const rule = (kmsKeyArn?: string): unknown =>
    only("aws_s3_bucket_server_side_encryption_configuration", bucketOf({}, kmsKeyArn))["rule"];
  expect(rule()).toEqual([{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }]);
  expect(rule(KEY_ARN)).toEqual([
    {
      apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: KEY_ARN },
      bucket_key_enabled: true,
    },
  ]);
});

describe("history", () => {
  const rules = (history: BucketConfig["history"]): Record<string, unknown>[] =>
    only("aws_s3_bucket_lifecycle_configuration", bucketOf(history === undefined ? {} : { history }))["rule"] as never;

  it("is trimmed by days and by number of versions, in one rule for every object", () => {
    expect(rules(undefined)).toMatchObject([
      {
        filter: [{ prefix: "" }],
        noncurrent_version_expiration: [{ newer_noncurrent_versions: 100, noncurrent_days: 90 }],
        status: "Enabled",
      },
    ]);
  });

  it("of tagged locks is trimmed by a rule of its own for each map of tags, and of nothing else", () => {
    const made = home({
      engine: "tofu",
      consumers: [
        { name: "a", lockTags: { object: "lock" }, stateTags: { object: "state" } },
        { name: "b", lockTags: { object: "lock" } },
        { name: "c", lockTags: { team: "c", object: "lock" } },
      ],
    });
    const resources = resourcesOf((scope) => {
      new StateBucket(scope, "state", { settings: made.bucket, guard: papersOf(made).guard });
    });
    const all = only("aws_s3_bucket_lifecycle_configuration", resources)["rule"] as Record<string, unknown>[];
    const trimmed = [{ newer_noncurrent_versions: 10, noncurrent_days: 7 }];
    expect(all.slice(1)).toEqual([
      {
        ...{ id: "trim-locks-1", status: "Enabled", noncurrent_version_expiration: trimmed },
        filter: [{ tag: [{ key: "object", value: "lock" }] }],
      },
      {
        ...{ id: "trim-locks-2", status: "Enabled", noncurrent_version_expiration: trimmed },
        filter: [{ and: [{ tags: { object: "lock", team: "c" } }] }],
      },
    ]);
  });

  it("is kept as long as the config says", () => {
    expect(rules({ days: 7, newestVersions: 3 })[0]?.["noncurrent_version_expiration"]).toEqual([
      { noncurrent_days: 7, newer_noncurrent_versions: 3 },
    ]);
  });

  it("never expires a current object, only delete markers", () => {
    expect(rules({ days: 7 }).map((rule) => rule["expiration"])).toEqual([[{ expired_object_delete_marker: true }]]);
  });

  it("waits for versioning, which it is about", () => {
    expect(only("aws_s3_bucket_lifecycle_configuration", bucketOf())["depends_on"]).toEqual([
      expect.stringMatching(/^aws_s3_bucket_versioning\./),
    ]);
  });
});

it("the guard is attached once the bucket is closed, for S3 refuses two changes of access at once", () => {
  const policy = only("aws_s3_bucket_policy", bucketOf());
  expect(JSON.parse(policy["policy"] as string)).toEqual(papersOf(home()).guard);
  expect(policy["depends_on"]).toEqual([
    expect.stringMatching(/^aws_s3_bucket_public_access_block\./),
    expect.stringMatching(/^aws_s3_bucket_ownership_controls\./),
  ]);
});

it("access is logged where the config says so", () => {
  expect(lines(bucketOf())).not.toContain("aws_s3_bucket_logging");
  expect(
    only("aws_s3_bucket_logging", bucketOf({ accessLogs: { bucket: "central-logs", prefix: "tf/" } })),
  ).toMatchObject({
    target_bucket: "central-logs",
    target_prefix: "tf/",
  });
});

it("S3 notifies EventBridge if the config says so", () => {
  expect(lines(bucketOf())).not.toContain("aws_s3_bucket_notification");
  expect(only("aws_s3_bucket_notification", bucketOf({ eventBridge: true }))).toMatchObject({ eventbridge: true });
});

it("every setting is about this bucket", () => {
  const settings = bucketOf({ accessLogs: {}, eventBridge: true }).filter(({ type }) => type !== "aws_s3_bucket");
  const about = settings.map((resource) => String(resource.arguments["bucket"]).replace(/_[0-9A-F]{8}/, ""));
  expect(settings).toHaveLength(8);
  expect(new Set(about)).toEqual(new Set(["${aws_s3_bucket.state_bucket.id}"]));
});

it("Terraform reads a variable of the guard as text, and no template", () => {
  const organization = "o-abcde12345";
  const guard = { organization, organizationRole: { name: "terraform", paths: ["o-abcde12345/r-ab12/*"] } };
  const policy = JSON.stringify(only("aws_s3_bucket_policy", bucketOf({ guard })));
  expect(policy).toContain("acme-tfstate/$${aws:PrincipalAccount}/*");
  expect(policy.replaceAll("$${", "")).not.toContain("${aws:");
});
