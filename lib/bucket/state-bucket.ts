import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { HistorySettings, StateBucketSettings } from "../config/state-home";
import { terraformPolicyJson, type PolicyDocument } from "../policy/policy-document";
import { OWN_VERSION } from "../text/own-version";
import { closeToPublic } from "./closed-bucket";
import { blockSseC, nameInNamespace } from "./newer-arguments";

/**
 * Props of {@link StateBucket}.
 * @example
 * const props: StateBucketProps = { settings: home.bucket, guard: papersOf(home).guard };
 */
export interface StateBucketProps {
  readonly settings: StateBucketSettings;
  readonly guard: PolicyDocument;
  /** ARN of the key that encrypts by default. @default - SSE-S3 */
  readonly kmsKeyArn?: string | undefined;
  /** The resource that S3 needs before it accepts the log bucket. @default - none: the log bucket exists */
  readonly logsReady?: TerraformResource | undefined;
}

/**
 * The bucket of states and locks, with every setting that protects it. Terraform refuses to destroy it.
 * @example
 * new StateBucket(stack, "state", { settings: home.bucket, guard: papersOf(home).guard });
 */
export class StateBucket extends Construct {
  readonly bucket: S3Bucket;

  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id);
    const { settings } = props;
    this.bucket = new S3Bucket(this, "bucket", {
      bucket: settings.name,
      forceDestroy: false,
      tags: { statelock_version: OWN_VERSION },
      lifecycle: { preventDestroy: true },
    });
    nameInNamespace(this.bucket, settings, settings.name);
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: this.bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    this.encrypt(settings, props.kmsKeyArn);
    const closed = closeToPublic(this, this.bucket);
    new S3BucketPolicy(this, "guard", {
      bucket: this.bucket.id,
      policy: terraformPolicyJson(props.guard),
      // S3 answers 409 to two simultaneous changes of a bucket's access.
      dependsOn: closed,
    });
    this.trimHistory(settings, versioning);
    if (settings.accessLogs !== undefined) {
      new S3BucketLoggingA(this, "access-logs", {
        bucket: this.bucket.id,
        targetBucket: settings.accessLogs.bucket,
        targetPrefix: settings.accessLogs.prefix,
        dependsOn: props.logsReady && [props.logsReady],
      });
    }
    if (settings.eventBridge) new S3BucketNotification(this, "events", { bucket: this.bucket.id, eventbridge: true });
  }

  private encrypt(settings: StateBucketSettings, kmsKeyArn: string | undefined): void {
    const encryption = new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: this.bucket.id,
      rule: [
        kmsKeyArn === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
              bucketKeyEnabled: true,
            },
      ],
    });
    blockSseC(encryption, settings);
  }

  /**
   * Adds one rule for every object, because S3 cannot filter by suffix: each run leaves a version of the lock and a
   * delete marker. The rule never expires a current object. A version must exceed both days and count. Locks with tags get
   * rules of their own, and the shorter of two rules applies. A filter by tags takes no other action.
   * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
   */
  private trimHistory(settings: StateBucketSettings, versioning: S3BucketVersioningA): void {
    new S3BucketLifecycleConfiguration(this, "history", {
      bucket: this.bucket.id,
      rule: [
        {
          id: "trim-history",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [
            { noncurrentDays: settings.history.days, newerNoncurrentVersions: settings.history.newestVersions },
          ],
          expiration: [{ expiredObjectDeleteMarker: true }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
        ...(settings.history.locks === undefined ? [] : lockRules(settings.history.locks)),
      ],
      dependsOn: [versioning],
    });
  }
}

function lockRules({
  days,
  newestVersions,
  tags: all,
}: NonNullable<HistorySettings["locks"]>): S3BucketLifecycleConfigurationRule[] {
  return all.map((tags, index) => {
    const [[key, value] = ["", ""], ...others] = Object.entries(tags);
    return {
      id: `trim-locks-${String(index + 1)}`,
      status: "Enabled",
      filter: [others.length === 0 ? { tag: [{ key, value }] } : { and: [{ tags }] }],
      noncurrentVersionExpiration: [{ noncurrentDays: days, newerNoncurrentVersions: newestVersions }],
    };
  });
}
