import { awsError, problemOf } from "../../lib/aws/aws-problem";
import { lockStore } from "../../lib/aws/lock-store";
import type { Problem } from "../../lib/problem/problem";

function told(name: string, status: number | undefined, headers: Readonly<Record<string, string>> = {}): Problem {
  const answer = { $metadata: { httpStatusCode: status }, $response: { headers } };
  return problemOf(awsError(Object.assign(new Error("said so"), { name, ...answer }), "s3:ListBucket", "s3://acme"));
}

describe("what AWS refused is told with the next step that fits", () => {
  it.each([
    ["NoSuchBucket", 404, "there is no such bucket", "Check the bucket's name"],
    ["PermanentRedirect", 301, "must be asked in its own region, eu-west-3", "Correct the region"],
    ["AccessDenied", 403, "must allow s3:ListBucket", "Grant s3:ListBucket"],
    ["CredentialsProviderError", undefined, "valid credentials", "aws configure list-profiles"],
    ["TimeoutError", undefined, "must be reachable", "Check the network"],
    ["InternalError", 500, "must answer s3:ListBucket, got 500", "Run the command again"],
  ])("%s", (name, status, message, fix) => {
    const problem = told(name, status, { "x-amz-bucket-region": "eu-west-3" });
    expect(problem.message).toContain(message);
    expect(problem.fix).toContain(fix);
  });
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

  it("is named", async () => {
    const access = { profile: "nope", endpointUrl: "http://127.0.0.1:1" };
    const store = lockStore({ name: "acme", region: "eu-central-1", account: undefined, access });
    expect(await store.read("k.tflock")).toMatchObject({
      problem: { message: expect.stringContaining("profile: [nope]") as unknown },
    });
  });
});
