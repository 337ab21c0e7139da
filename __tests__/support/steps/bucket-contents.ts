import { GetObjectCommand, ListObjectVersionsCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";

/** Keys of the current objects of a bucket, sorted. */
export async function objectKeys(s3: S3Client, bucket: string, prefix = ""): Promise<string[]> {
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }));
  return Versions.filter((version) => version.IsLatest).map(({ Key = "" }) => Key);
}

/** How many versions of an object were ever written; delete markers do not count. */
export async function versionCount(s3: S3Client, bucket: string, key: string): Promise<number> {
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
  return Versions.filter((version) => version.Key === key).length;
}

/** Text of an object; undefined where there is none. */
export async function objectText(
  s3: S3Client,
  bucket: string,
  key: string,
  version?: string,
): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
