import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { AccessLogs, StateBucketSettings } from "../config/state-home";
import { compactPolicyJson, type PolicyDocument } from "../policy/policy-document";
import { closeToPublic } from "./closed-bucket";
import { nameInNamespace } from "./newer-arguments";

/** Days for which S3 keeps a log that it expired or that somebody deleted or overwrote. */
const DELETED_LOG_DAYS = 30;

/** Props of {@link LogBucket}. */
interface LogBucketProps {
  /** The state bucket. */
  readonly settings: StateBucketSettings;
  readonly logs: AccessLogs;
  /** The bucket policy: it lets S3 deliver the logs. */
  readonly policy: PolicyDocument;
}

/** The bucket for the state bucket's server access logs. It uses SSE-S3: log delivery supports no other encryption. */
export class LogBucket extends Construct {
  /** The resource that must exist before S3 can deliver logs. */
  readonly ready: TerraformResource;

  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id);
    const { logs, policy } = props;
    const bucket = new S3Bucket(this, "bucket", {
      bucket: logs.bucket,
      forceDestroy: false,
      lifecycle: { preventDestroy: true },
    });
    nameInNamespace(bucket, props.settings, logs.bucket);
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "history", {
      bucket: bucket.id,
      rule: [
        {
          id: "expire-logs",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: logs.days }],
          noncurrentVersionExpiration: [{ noncurrentDays: DELETED_LOG_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      dependsOn: [versioning],
    });
    this.ready = new S3BucketPolicy(this, "delivery", {
      bucket: bucket.id,
      policy: compactPolicyJson(policy),
      dependsOn: closeToPublic(this, bucket),
    });
  }
}
