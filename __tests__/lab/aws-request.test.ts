import { parseAwsRequest, type RawRequest } from "../../lab/requests/aws-request";

const raw = (given: Partial<RawRequest>): RawRequest => ({
  method: "GET",
  target: "/",
  headers: {},
  body: Buffer.alloc(0),
  secure: false,
  ...given,
});

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

describe("parseAwsRequest", () => {
  it.each([
    ["GET /", "ListBuckets"],
    ["PUT /b", "CreateBucket"],
    ["HEAD /b", "HeadBucket"],
    ["DELETE /b/", "DeleteBucket"],
    ["GET /b?list-type=2&prefix=env%3A%2F", "ListObjectsV2"],
    ["GET /b?prefix=x", "ListObjects"],
    ["GET /b?versions", "ListObjectVersions"],
    ["POST /b?delete", "DeleteObjects"],
    ["PUT /b?lifecycle", "PutBucketLifecycleConfiguration"],
    ["DELETE /b?lifecycle", "DeleteBucketLifecycle"],
    ["GET /b?policyStatus", "GetBucketPolicyStatus"],
    ["DELETE /b?publicAccessBlock", "DeletePublicAccessBlock"],
    ["GET /b/k", "GetObject"],
    ["HEAD /b/k?versionId=1", "HeadObject"],
    ["PUT /b/k?x-id=PutObject", "PutObject"],
    ["DELETE /b/k", "DeleteObject"],
    ["POST /b/k?uploads", "CreateMultipartUpload"],
    ["PUT /b/k?partNumber=1&uploadId=u", "UploadPart"],
    ["POST /b/k?uploadId=u", "CompleteMultipartUpload"],
    ["DELETE /b/k?uploadId=u", "AbortMultipartUpload"],
    ["GET /b/k?tagging", "GetObjectTagging"],
    ["PATCH /b/k", "Unrecognised"],
    ["POST /b?lifecycle", "Unrecognised"],
  ])("reads %s as %s", (line, operation) => {
    const [method = "", target = ""] = line.split(" ");
    expect(parseAwsRequest(raw({ method, target, headers: signedFor("s3") })).operation).toBe(operation);
  });

  it("distinguishes a copy from a write", () => {
    const headers = { ...signedFor("s3"), "x-amz-copy-source": "/a/b" };
    expect(parseAwsRequest(raw({ method: "PUT", target: "/b/k", headers })).operation).toBe("CopyObject");
    const part = parseAwsRequest(raw({ method: "PUT", target: "/b/k?partNumber=1&uploadId=u", headers }));
    expect(part.operation).toBe("UploadPartCopy");
  });

  it("decodes the key and keeps the target as it came", () => {
    expect(parseAwsRequest(raw({ target: "/b/env%3A/a%20b/k+1?versionId=v%2F1" }))).toMatchObject({
      target: "/b/env%3A/a%20b/k+1?versionId=v%2F1",
      bucket: "b",
      key: "env:/a b/k+1",
      query: { versionId: "v/1" },
    });
  });

  it("finds service, operation and caller of the other APIs", () => {
    const json = { ...signedFor("dynamodb"), "x-amz-target": "DynamoDB_20120810.PutItem" };
    const form = { ...signedFor("iam"), ...FORM };
    const body = Buffer.from("Action=CreateRole&Version=2010-05-08");

    expect(parseAwsRequest(raw({ method: "POST", headers: json }))).toMatchObject({
      service: "dynamodb",
      operation: "PutItem",
      accessKeyId: "AKIDEXAMPLE",
    });
    expect(parseAwsRequest(raw({ method: "POST", headers: form, body }))).toMatchObject({
      service: "iam",
      operation: "CreateRole",
    });
  });

  it("takes an unsigned form for STS and anything else unsigned for S3", () => {
    const body = Buffer.from("Action=AssumeRoleWithWebIdentity");
    expect(parseAwsRequest(raw({ method: "POST", headers: FORM, body }))).toMatchObject({
      service: "sts",
      operation: "AssumeRoleWithWebIdentity",
    });
    expect(parseAwsRequest(raw({ target: "/b/k" })).service).toBe("s3");
  });

  it("reads the caller of a presigned URL from its query", () => {
    const target = "/b/k?X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Feu-west-1%2Fs3%2Faws4_request";
    expect(parseAwsRequest(raw({ target }))).toMatchObject({ accessKeyId: "AKIDEXAMPLE", service: "s3" });
  });
});
