import { s3Error } from "../requests/s3-error";
import type { AwsRequest } from "../requests/aws-request";
import type { Handler } from "../requests/pipeline";

const CREATES = ["PutObject", "CopyObject", "CompleteMultipartUpload"];

/**
 * Two conditions that moto 5.2.1 gets wrong: a write with `If-None-Match: "etag"` overwrites (S3 knows only `*` there
 * and answers 501), and a delete with `If-Match: *` answers 412 though the object exists (S3 deletes it).
 */
export const conditionalRequests: Handler = async (request, next) => {
  const { operation, headers } = request;
  const noneMatch = headers["if-none-match"];
  if (CREATES.includes(operation) && noneMatch !== undefined && noneMatch !== "*")
    return s3Error(501, "NotImplemented", "A header you provided implies functionality that is not implemented");
  if (operation !== "DeleteObject" || headers["if-match"] !== "*") return next(request);
  const head = await next(headOf(request));
  return head.status === 404 ? head : next({ ...request, headers: without(headers, "if-match") });
};

function headOf(request: AwsRequest): AwsRequest {
  const headers = without(request.headers, "if-match");
  return { ...request, method: "HEAD", operation: "HeadObject", headers, body: Buffer.alloc(0) };
}

function without(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
}
