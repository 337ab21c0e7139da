import { accessDenied, s3Error } from "../requests/s3-error";
import type { Handler } from "../requests/pipeline";

/** The account in which moto does everything. */
export const ACCOUNT_ID = "123456789012";

/**
 * moto 5.2.1 ignores `x-amz-expected-bucket-owner`, and all its buckets belong to the caller. Here a header that names
 * another account is refused, and a bucket can be declared another account's: every request to it is refused, and its
 * name is taken.
 */
export function bucketOwner(foreignBuckets: ReadonlySet<string>): Handler {
  return (request, next) => {
    const { bucket, headers, operation } = request;
    if (bucket !== undefined && foreignBuckets.has(bucket))
      return operation === "CreateBucket" ? nameTaken() : accessDenied();
    const expected = [headers["x-amz-expected-bucket-owner"], headers["x-amz-source-expected-bucket-owner"]];
    const source = copySourceBucket(headers["x-amz-copy-source"]);
    if (source !== undefined && foreignBuckets.has(source)) return accessDenied();
    return expected.every((owner) => owner === undefined || owner === ACCOUNT_ID) ? next(request) : accessDenied();
  };
}

const nameTaken = () =>
  s3Error(
    409,
    "BucketAlreadyExists",
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system.",
  );

function copySourceBucket(source: string | undefined): string | undefined {
  return source === undefined ? undefined : decodeURIComponent(source).replace(/^\//, "").split("/")[0];
}
