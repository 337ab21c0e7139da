import { awsError, problemOf } from "../../lib/aws/aws-problem";
import { lockStore } from "../../lib/aws/lock-store";
import type { Problem } from "../../lib/problem/problem";

function told(name: string, status: number | undefined, headers: Readonly<Record<string, string>> = {}): Problem {
  const answer = { $metadata: { httpStatusCode: status, requestId: "R1" }, $response: { headers } };
  return problemOf(awsError(Object.assign(new Error("said so"), { name, ...answer }), "s3:ListBucket", "s3://acme"));
}

describe("a failed call names what failed, AWS's answer and the next step", () => {
  it.each([
    ["NoSuchBucket", 404, "Could not list s3://acme: 404 NoSuchBucket", "There is no such bucket"],
    ["PermanentRedirect", 301, "301 PermanentRedirect: the bucket is in eu-west-3", "Correct --region"],
    ["AccessDenied", 403, "403 AccessDenied: said so (request R1)", "Grant s3:ListBucket"],
    [
      "CredentialsProviderError",
      undefined,
      "Could not list s3://acme: CredentialsProviderError: said so",
      "aws configure list-profiles",
    ],
    ["TimeoutError", undefined, "TimeoutError: said so", "Check the network"],
    ["RequestTimeTooSkewed", 403, "403 RequestTimeTooSkewed", "The clock of this machine"],
    ["TemporaryRedirect", 307, "307 TemporaryRedirect", "at another endpoint"],
    ["AuthorizationHeaderMalformed", 400, "the bucket is in eu-west-3", "The bucket is in another region"],
    ["UnknownError", 400, "the bucket is in eu-west-3", "The bucket is in another region"],
    ["XAmzContentSHA256Mismatch", 400, "400 XAmzContentSHA256Mismatch", "skip_s3_checksum"],
    ["MissingContentMD5", 400, "400 MissingContentMD5", "skip_s3_checksum"],
    ["NotImplemented", 501, "501 NotImplemented", "does not implement the request"],
    ["InternalError", 500, "500 InternalError: said so", "Run the command again"],
  ])("%s", (name, status, message, fix) => {
    const problem = told(name, status, { "x-amz-bucket-region": "eu-west-3" });
    expect(problem.message).toContain(message);
    expect(problem.fix).toContain(fix);
  });
});

it("the message names a header that the store does not know", () => {
  const message = "A header you provided implies functionality that is not implemented: x-amz-checksum-crc32";
  const error = Object.assign(new Error(message), { name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
  expect(problemOf(awsError(error, "s3:PutObject", "s3://acme/k")).fix).toContain("skip_s3_checksum");
});

it.each([
  ["s3.eusc-de-east-2.amazonaws.eu", "Check the region"],
  ["minio.internal", "Check the network"],
])("the host %s that does not exist is blamed on what names it", (hostname, fix) => {
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: "ENOTFOUND", hostname });
  expect(problemOf(awsError(error, "s3:ListBucket", "s3://acme")).fix).toContain(fix);
});

describe("a profile without credentials", () => {
  const environment = { ...process.env };

  beforeEach(() => {
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    });
  });

  afterEach(() => {
    process.env = environment;
  });

  it("is named in the problem", async () => {
    const access = { profile: "nope", endpointUrl: "http://127.0.0.1:1" };
    const store = lockStore({ name: "acme", region: "eu-central-1", account: undefined, access });
    expect(await store.read("k.tflock")).toMatchObject({
      problem: { message: expect.stringContaining("profile: [nope]") as unknown },
    });
  });
});
