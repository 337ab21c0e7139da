import { wholeBucket } from "../arn";
import type { Statement } from "../policy-document";
import { denyEverything } from "./deny-everything";
import { NO_AWS_SERVICE } from "./foreign-principals";
import type { GuardScope } from "./guard-scope";

/**
 * Denies requests without a signature in the Authorization header: presigned URLs, which stay valid after a change of
 * access, and browser forms, for which S3 does not enforce `If-None-Match`. Terraform and every SDK sign in the header.
 * It denies every action, so that no new one is open to a URL.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
 */
export function denyPresignedRequests(scope: GuardScope): Statement {
  const downloads = scope.allow.includes("presigned-downloads");
  return {
    Sid: "DenyPresignedRequests",
    Effect: "Deny",
    Principal: "*",
    ...(downloads ? { NotAction: ["s3:GetObject", "s3:GetObjectVersion"] } : { Action: "s3:*" }),
    Resource: wholeBucket(scope),
    Condition: { StringNotEquals: { "s3:authType": "REST-HEADER" }, ...NO_AWS_SERVICE },
  };
}

/** Denies Signature Version 2, which does not sign the body. Source: the same page, `s3:signatureversion` */
export function denyOldSignatures(scope: GuardScope): Statement {
  return denyEverything(scope, "DenyOldSignatures", { StringEquals: { "s3:signatureversion": "AWS" } });
}
