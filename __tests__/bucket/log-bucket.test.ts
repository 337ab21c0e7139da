import { LogBucket } from "../../lib/bucket/log-bucket";
import { papersOf } from "../../lib/home/papers";
import { home } from "../support/home";
import { lines, only, resourcesOf, type Resource } from "../support/resources";

function logBucket(days?: number): Resource[] {
  const of = home({ bucket: { accessLogs: days === undefined ? {} : { days } } });
  const [logs, policy] = [of.bucket.accessLogs, papersOf(of).logDelivery];
  if (logs === undefined || policy === undefined) throw new Error("The test's home has no access logs.");
  return resourcesOf((scope) => {
    new LogBucket(scope, "logs", { settings: of.bucket, logs, policy });
  });
}

it("a log bucket is closed like the state bucket, and keeps versions", () => {
  expect(lines(logBucket())).toMatchInlineSnapshot(`
    "aws_s3_bucket logs_bucket
    aws_s3_bucket_lifecycle_configuration logs_history
    aws_s3_bucket_ownership_controls logs_ownership
    aws_s3_bucket_policy logs_delivery
    aws_s3_bucket_public_access_block logs_public-access
    aws_s3_bucket_server_side_encryption_configuration logs_encryption
    aws_s3_bucket_versioning logs_versioning"
  `);
});

it("Terraform refuses to destroy it", () => {
  expect(only("aws_s3_bucket", logBucket())).toEqual({
    bucket: "acme-tfstate-logs",
    force_destroy: false,
    lifecycle: { prevent_destroy: true },
  });
});

it("is encrypted with S3's keys, which is what log delivery supports", () => {
  expect(only("aws_s3_bucket_server_side_encryption_configuration", logBucket())["rule"]).toEqual([
    { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
  ]);
});

it("logs go after a year, or when the config says", () => {
  const expiration = (days?: number): unknown =>
    (only("aws_s3_bucket_lifecycle_configuration", logBucket(days))["rule"] as Record<string, unknown>[])[0]?.[
      "expiration"
    ];
  expect([expiration(), expiration(30)]).toEqual([[{ days: 365 }], [{ days: 30 }]]);
});

it("a log that somebody deleted stays for a month", () => {
  const [rule] = only("aws_s3_bucket_lifecycle_configuration", logBucket())["rule"] as Record<string, unknown>[];
  expect(rule?.["noncurrent_version_expiration"]).toEqual([{ noncurrent_days: 30 }]);
});

it("lets only S3's log delivery for the state bucket write", () => {
  const policy = only("aws_s3_bucket_policy", logBucket());
  const [delivery] = (JSON.parse(policy["policy"] as string) as { Statement: Record<string, unknown>[] }).Statement;
  expect(delivery).toMatchObject({
    Principal: { Service: "logging.s3.amazonaws.com" },
    Resource: "arn:aws:s3:::acme-tfstate-logs/*",
    Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::acme-tfstate" } },
  });
  expect(policy["depends_on"]).toHaveLength(2);
});
