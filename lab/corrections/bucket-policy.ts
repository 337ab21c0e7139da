import { noSuchBucket } from "../requests/bucket-exists";
import { s3Error } from "../requests/s3-error";
import type { Answer, AwsRequest } from "../requests/aws-request";
import type { Handler } from "../requests/pipeline";
import type { KeptSettings } from "../requests/kept-settings";

/**
 * moto 5.2.1 applies a bucket policy to every object request and ignores its conditions, so the usual deny of plain
 * HTTP answers 403 to everything. The policy is kept here, word for word, and moto never sees it.
 */
export function bucketPolicy(kept: KeptSettings): Handler {
  return async (request, next) => {
    const { bucket, operation } = request;
    if (bucket === undefined || !operation.endsWith("BucketPolicy")) return next(request);
    return (await noSuchBucket(bucket, request, next)) ?? answerTo(request, bucket, kept);
  };
}

function answerTo(request: AwsRequest, bucket: string, kept: KeptSettings): Answer {
  if (request.operation === "GetBucketPolicy") return kept.get(bucket, "policy") ?? noPolicy();
  if (request.operation === "DeleteBucketPolicy") {
    kept.delete(bucket, "policy");
    return { status: 204 };
  }
  if (!isJsonObject(request.body)) return s3Error(400, "MalformedPolicy", "Policies must be valid JSON");
  kept.set(bucket, "policy", { status: 200, headers: { "content-type": "application/json" }, body: request.body });
  return { status: 204 };
}

const noPolicy = (): Answer => s3Error(404, "NoSuchBucketPolicy", "The bucket policy does not exist");

function isJsonObject(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
