import { ownRequest } from "./own-request";
import { s3Error } from "./s3-error";
import type { Answer, AwsRequest } from "./aws-request";
import type { Next } from "./pipeline";

/** The answer to give when moto does not know the bucket; undefined when it does. */
export async function noSuchBucket(bucket: string, request: AwsRequest, next: Next): Promise<Answer | undefined> {
  const head = await next(ownRequest(request, "HEAD", `/${bucket}`));
  return head.status === 404 ? s3Error(404, "NoSuchBucket", "The specified bucket does not exist") : undefined;
}
