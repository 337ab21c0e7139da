import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule as AwsLifecycleRule,
} from "@aws-sdk/client-s3";
import type { Statement } from "../policy/policy-document";
import {
  NO_BUCKET,
  PUBLIC_ACCESS_FLAGS,
  type LifecycleRule,
  type Posture,
  type PublicAccessFlag,
  type Reading,
  type Unreadable,
} from "../verify/posture";
import {
  awsError,
  hasNoCredentials,
  errorNameOf,
  isNotImplemented,
  isUnexpected,
  problemOf,
  statusOf,
} from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";

/** S3's answers, with status 404, for a setting that nobody made. */
const ABSENT = new Set([
  "NoSuchBucketPolicy",
  "NoSuchLifecycleConfiguration",
  "NoSuchPublicAccessBlockConfiguration",
  "ReplicationConfigurationNotFoundError",
  "OwnershipControlsNotFoundError",
  "ServerSideEncryptionConfigurationNotFoundError",
  "MetadataConfigurationNotFound",
  "ObjectLockConfigurationNotFoundError",
]);

/** Reads every setting of the bucket. An unreadable setting does not prevent the other reads. */
export async function readPosture(bucket: BucketPlace): Promise<Posture> {
  const s3 = s3Client(bucket);
  const input = bucketArguments(bucket);
  const [versioning, encryption, publicAccess, ownership, guard, lifecycle] = await Promise.all([
    reading(async () => (await s3.send(new GetBucketVersioningCommand(input))).Status),
    reading(async () => {
      const { ServerSideEncryptionConfiguration: found } = await s3.send(new GetBucketEncryptionCommand(input));
      const rule = found?.Rules?.[0];
      return {
        algorithm: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? "none",
        keyArn: rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
        bucketKey: rule?.BucketKeyEnabled ?? false,
        blocked: rule?.BlockedEncryptionTypes?.EncryptionType ?? [],
      };
    }),
    reading(async () => {
      const { PublicAccessBlockConfiguration: found } = await s3.send(new GetPublicAccessBlockCommand(input));
      const flags = PUBLIC_ACCESS_FLAGS.map((flag) => [flag, found?.[flag] ?? false] as const);
      return Object.fromEntries(flags) as Record<PublicAccessFlag, boolean>;
    }),
    reading(async () => {
      const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand(input));
      return OwnershipControls?.Rules?.[0]?.ObjectOwnership;
    }),
    reading(async () => {
      const { Policy } = await s3.send(new GetBucketPolicyCommand(input));
      return JSON.parse(Policy ?? "{}") as { readonly Id?: string; readonly Statement: readonly Statement[] };
    }),
    reading(async () => {
      const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand(input));
      return (Rules ?? []).map(lifecycleRule);
    }),
  ]);
  return { versioning, encryption, publicAccess, ownership, guard, lifecycle };
}

/**
 * Returns a setting, or why it could not be read. A setting that nobody made has no value.
 * @throws UserError if there are no valid credentials: then nothing is readable
 */
export async function reading<T>(read: () => Promise<T | undefined>): Promise<Reading<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (statusOf(error) === 404 && ABSENT.has(errorNameOf(error))) return { value: undefined };
    return unreadable(error);
  }
}

/** Returns why a read failed. @throws UserError if there are no valid credentials */
export function unreadable(error: unknown): Unreadable {
  const status = statusOf(error);
  if (hasNoCredentials(error)) throw awsError(error, "s3:GetBucket*", "the bucket's settings");
  if (errorNameOf(error) === "NoSuchBucket") return NO_BUCKET;
  const { message, fix } = problemOf(awsError(error, "s3:GetBucket*", "the bucket's settings"));
  // GovCloud's answer for a setting that only other regions have: https://github.com/ansible-collections/amazon.aws/pull/2267
  if (errorNameOf(error) === "UnsupportedArgument")
    return { unreadable: "this region of AWS does not have it", notApplicable: true };
  if (isNotImplemented(error)) return { unreadable: "this store does not implement it", notApplicable: true };
  if (isUnexpected(error)) return { unreadable: message, fix };
  if (status === 403) return { unreadable: `${String(status)} ${errorNameOf(error)}` };
  if (status !== undefined) return { unreadable: `${String(status)} ${errorNameOf(error)}`, fix };
  return { unreadable: message, fix };
}

function lifecycleRule(rule: AwsLifecycleRule): LifecycleRule {
  const { Tag: tag, And: and } = rule.Filter ?? {};
  const tags = [...(tag === undefined ? [] : [tag]), ...(and?.Tags ?? [])];
  return {
    id: rule.ID ?? "",
    enabled: rule.Status === "Enabled",
    expiresCurrent: rule.Expiration?.Days !== undefined || rule.Expiration?.Date !== undefined,
    archives: (rule.Transitions ?? []).length > 0,
    noncurrentDays: rule.NoncurrentVersionExpiration?.NoncurrentDays,
    newestVersions: rule.NoncurrentVersionExpiration?.NewerNoncurrentVersions,
    ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value])) }),
  };
}
