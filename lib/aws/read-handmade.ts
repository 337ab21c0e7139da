import {
  GetBucketAbacCommand,
  GetBucketMetadataConfigurationCommand,
  GetObjectLockConfigurationCommand,
  ListBucketInventoryConfigurationsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Reading, Unreadable } from "../verify/posture";
import type { HandmadeSettings, ObjectLock } from "../verify/surroundings";
import { isAwsEndpoint } from "./aws-endpoint";
import { errorNameOf, isUnexpected, statusOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { nextPage } from "./next-page";
import { reading } from "./read-posture";

const OF_AWS: Unreadable = { unreadable: "only AWS S3 has this setting", notApplicable: true };

/** Reads the settings that no config has. Statelock asks other stores than AWS for Object Lock alone. */
export async function readHandmade(s3: S3Client, bucket: BucketPlace): Promise<HandmadeSettings> {
  const input = bucketArguments(bucket);
  const isAws = await isAwsEndpoint(s3);
  const ofAws = <T>(read: () => Promise<T | undefined>): Promise<Reading<T>> | Unreadable =>
    isAws ? reading(read) : OF_AWS;
  const [abac, metadataTables, inventories, objectLock] = await Promise.all([
    ofAws(async () => (await s3.send(new GetBucketAbacCommand(input))).AbacStatus?.Status === "Enabled"),
    ofAws(async () => {
      // It answers for a configuration of the older API, GetBucketMetadataTableConfiguration, as well.
      const { GetBucketMetadataConfigurationResult: found } = await s3.send(
        new GetBucketMetadataConfigurationCommand(input),
      );
      return found?.MetadataConfigurationResult?.DestinationResult?.TableBucketArn ?? "a table bucket";
    }),
    ofAws(() => readInventories(s3, bucket)),
    readObjectLock(bucket, s3),
  ]);
  return { abac, metadataTables, inventories, objectLock };
}

/** Reads the bucket's Object Lock; no value if it is off. */
export async function readObjectLock(bucket: BucketPlace, s3 = s3Client(bucket)): Promise<Reading<ObjectLock>> {
  const isAws = await isAwsEndpoint(s3);
  return reading(async () => {
    try {
      const asked = new GetObjectLockConfigurationCommand(bucketArguments(bucket));
      const { ObjectLockConfiguration: found } = await s3.send(asked);
      if (found?.ObjectLockEnabled !== "Enabled") return undefined;
      const { Mode: mode, Days, Years } = found.Rule?.DefaultRetention ?? {};
      return mode === undefined ? {} : { retention: { mode, days: (Days ?? 0) + (Years ?? 0) * 365 } };
    } catch (error) {
      // Other stores have other names for "not set", or ignore the question and list the bucket.
      const isOff = isUnexpected(error) || (statusOf(error) === 404 && errorNameOf(error) !== "NoSuchBucket");
      if (!isAws && isOff) return undefined;
      throw error;
    }
  });
}

async function readInventories(s3: S3Client, bucket: BucketPlace): Promise<string[]> {
  const found = new Set<string>();
  let at: string | undefined;
  do {
    const input = { ...bucketArguments(bucket), ContinuationToken: at };
    const page = await s3.send(new ListBucketInventoryConfigurationsCommand(input));
    for (const { IsEnabled, Destination } of page.InventoryConfigurationList ?? [])
      if (IsEnabled === true) found.add(Destination?.S3BucketDestination?.Bucket ?? "");
    at = nextPage({ truncated: page.IsTruncated, next: page.NextContinuationToken }, at, `s3://${bucket.name}`);
  } while (at !== undefined);
  return [...found];
}
