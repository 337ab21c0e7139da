import { HeadObjectCommand, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import type { StatePosture } from "../verify/consumer-checks";
import { statusOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { reading } from "./read-posture";

/** Returns a function that reads how a state is encrypted and whether its history can be read. It never reads content. */
export function stateReader(
  bucket: BucketPlace,
): (key: string) => Promise<Pick<StatePosture, "encryption" | "history">> {
  const s3 = s3Client(bucket);
  return async (key) => {
    const [encryption, history] = await Promise.all([
      reading(() => readEncryption(s3, bucket, key)),
      reading(() => readHistory(s3, bucket, key)),
    ]);
    return { encryption, history };
  };
}

/** Returns a function that reads how a state is encrypted, and nothing else. No value without a state. */
export function encryptionReader(bucket: BucketPlace): (key: string) => Promise<StatePosture["encryption"]> {
  const s3 = s3Client(bucket);
  return (key) => reading(() => readEncryption(s3, bucket, key));
}

async function readEncryption(s3: S3Client, bucket: BucketPlace, key: string) {
  try {
    const found = await s3.send(new HeadObjectCommand({ ...bucketArguments(bucket), Key: key }));
    return { algorithm: found.ServerSideEncryption ?? "none", keyArn: found.SSEKMSKeyId };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Versions of a key sort before the versions of longer keys that start with it, such as its lock. */
async function readHistory(s3: S3Client, bucket: BucketPlace, key: string): Promise<number | undefined> {
  const place = bucketArguments(bucket);
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ ...place, Prefix: key, MaxKeys: 100 }));
  const own = Versions.filter((version) => version.Key === key);
  if (own.length === 0) return undefined;
  const earlier = own.find((version) => version.IsLatest !== true);
  if (earlier !== undefined) await s3.send(new HeadObjectCommand({ ...place, Key: key, VersionId: earlier.VersionId }));
  return own.filter((version) => version.VersionId !== undefined && version.VersionId !== "null").length;
}
