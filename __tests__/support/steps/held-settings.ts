import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  type PublicAccessBlockConfiguration,
  type S3Client,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";

/** A bucket's settings as AWS gives them back. */
interface HeldSettings {
  readonly versioning: string | undefined;
  readonly encryption: readonly ServerSideEncryptionRule[] | undefined;
  readonly publicAccess: PublicAccessBlockConfiguration | undefined;
  readonly ownership: string | undefined;
  readonly policy: unknown;
  readonly lifecycle: readonly LifecycleRule[] | undefined;
  /** `bucket/prefix` of the access logs. */
  readonly logs: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Reads every setting of a bucket that the bootstrap stack made. */
export async function heldSettings(s3: S3Client, bucket: string): Promise<HeldSettings> {
  const of = { Bucket: bucket };
  const [versioning, encryption, publicAccess, ownership, policy, lifecycle, logging, tagging] = await Promise.all([
    s3.send(new GetBucketVersioningCommand(of)),
    s3.send(new GetBucketEncryptionCommand(of)),
    s3.send(new GetPublicAccessBlockCommand(of)),
    s3.send(new GetBucketOwnershipControlsCommand(of)),
    s3.send(new GetBucketPolicyCommand(of)),
    s3.send(new GetBucketLifecycleConfigurationCommand(of)),
    s3.send(new GetBucketLoggingCommand(of)),
    s3.send(new GetBucketTaggingCommand(of)),
  ]);
  const logs = logging.LoggingEnabled;
  return {
    versioning: versioning.Status,
    encryption: encryption.ServerSideEncryptionConfiguration?.Rules,
    publicAccess: publicAccess.PublicAccessBlockConfiguration,
    ownership: ownership.OwnershipControls?.Rules?.[0]?.ObjectOwnership,
    policy: JSON.parse(policy.Policy ?? "null"),
    lifecycle: lifecycle.Rules,
    logs: logs && `${logs.TargetBucket ?? ""}/${logs.TargetPrefix ?? ""}`,
    tags: Object.fromEntries((tagging.TagSet ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
  };
}
