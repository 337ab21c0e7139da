import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { UserError } from "../problem/problem";
import { awsError, statusOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";

/**
 * Whether the bucket exists in the account it should belong to. Every call names the expected owner, so a bucket that
 * was taken by somebody else is never written to.
 * @throws UserError when it belongs to somebody else, lies in another region, or cannot be told
 */
export async function bucketExists(bucket: BucketPlace): Promise<boolean> {
  try {
    await s3Client(bucket).send(new HeadBucketCommand(bucketArguments(bucket)));
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return false;
    if (status === 403) throw foreignBucket(bucket);
    if (status === 301 || status === 400) throw wrongRegion(bucket);
    throw awsError(error, "s3:ListBucket", `s3://${bucket.name}`);
  }
}

function foreignBucket(bucket: BucketPlace): UserError {
  return new UserError([
    {
      code: "foreign-bucket",
      path: `s3://${bucket.name}`,
      message: `must belong to ${bucket.account === undefined ? "you" : `account ${bucket.account}`} and let you look, got 403 from S3: somebody else has that name, or your principal lacks s3:ListBucket`,
      fix: "Names are global: choose another bucket.name if it is not yours; if it is, grant s3:ListBucket and run again.",
    },
  ]);
}

function wrongRegion(bucket: BucketPlace): UserError {
  return new UserError([
    {
      code: "bucket-region",
      path: `s3://${bucket.name}`,
      message: `must lie in ${bucket.region}, but S3 points to another region`,
      fix: "Correct bucket.region, or choose another bucket.name.",
    },
  ]);
}
