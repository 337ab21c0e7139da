import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { UserError } from "../problem/problem";
import { awsError, statusOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";

/**
 * True if the bucket exists in the expected account. The call names the expected owner, so a bucket of somebody else is
 * never taken for this one.
 * @throws UserError if the bucket belongs to somebody else or is in another region, or if S3 does not answer
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
      fix: "Bucket names are global. If the bucket is not yours, choose another bucket.name. If it is, grant s3:ListBucket and run the command again.",
    },
  ]);
}

function wrongRegion(bucket: BucketPlace): UserError {
  return new UserError([
    {
      code: "bucket-region",
      path: `s3://${bucket.name}`,
      message: `must be in ${bucket.region}, but S3 points to another region`,
      fix: "Correct bucket.region, or choose another bucket.name.",
    },
  ]);
}
