import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { isAccountRegional } from "../config/account-regional-name";
import type { StateBucketSettings } from "../config/state-home";

type Settings = Pick<StateBucketSettings, "name" | "account" | "region">;

// The bindings are of the AWS provider 5.100, so only an override writes an argument of a later one. The stack's provider
// range must allow it: see stacks/provider-range.ts.

/** Creates a bucket in the account regional namespace if its name says so. */
export function nameInNamespace(bucket: S3Bucket, settings: Settings, name: string): void {
  if (isAccountRegional({ ...settings, name })) bucket.addOverride("bucket_namespace", "account-regional");
}

/** Lets S3 itself refuse SSE-C, if the bucket's name requires a provider that can say so. */
export function blockSseC(encryption: S3BucketServerSideEncryptionConfigurationA, settings: Settings): void {
  if (isAccountRegional(settings)) encryption.addOverride("rule.0.blocked_encryption_types", ["SSE-C"]);
}
