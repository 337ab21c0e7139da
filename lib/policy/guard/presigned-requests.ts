import { s3Arn } from "../arn";
import type { Statement } from "../policy-document";
import { NO_AWS_SERVICE } from "./foreign-principals";
import type { GuardScope } from "./guard-scope";

/**
 * Denies requests without a signature in the Authorization header: presigned URLs, which stay valid after a change of
 * access, and browser forms, for which S3 does not enforce `If-None-Match`. Terraform and every SDK sign in the header.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
 */
export function denyPresignedRequests(scope: GuardScope): Statement {
  const reads = scope.allow.includes("presigned-downloads") ? [] : ["s3:GetObject", "s3:GetObjectVersion"];
  return {
    Sid: "DenyPresignedRequests",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", ...reads],
    Resource: s3Arn(scope.partition, scope.bucket, "*"),
    Condition: { StringNotEquals: { "s3:authType": "REST-HEADER" }, ...NO_AWS_SERVICE },
  };
}
