import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessEnvironment } from "../../../lib/aws/access-environment";
import { lockBody, startFakeS3, type FakeS3 } from "../../../lab/memory/memory-s3";
import { bucketFlags, runStatelock } from "../../support/run-command";

const STATE = "app/terraform.tfstate";
const ROLE = "arn:aws:iam::123456789012:role/on-call";

let s3: FakeS3;
let sts: Server;
let folder = "";
/** The access key and the form of each request to STS. */
const assumed: { accessKeyId: string | undefined; form: URLSearchParams }[] = [];
const before = { ...process.env };

beforeEach(async () => {
  s3 = await startFakeS3();
  s3.put(`${STATE}.tflock`, lockBody("A"));
  sts = await startSts();
  assumed.length = 0;
  folder = mkdtempSync(join(tmpdir(), "statelock-aws-"));
  writeFileSync(join(folder, "credentials"), "[ops]\naws_access_key_id = AKIAOPS\naws_secret_access_key = x\n");
  writeFileSync(join(folder, "config"), "");
  process.env["AWS_SHARED_CREDENTIALS_FILE"] = join(folder, "credentials");
  process.env["AWS_CONFIG_FILE"] = join(folder, "config");
  process.env["AWS_ENDPOINT_URL_STS"] = `http://127.0.0.1:${String((sts.address() as AddressInfo).port)}`;
});

afterEach(async () => {
  await s3.stop();
  sts.closeAllConnections();
  sts.close();
  rmSync(folder, { recursive: true });
  for (const name of [
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL",
    "AWS_PROFILE",
  ])
    if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
});

/** STS as far as AssumeRole needs it. */
async function startSts(): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const accessKeyId = /Credential=([^/]+)/.exec(incoming.headers.authorization ?? "")?.[1];
      assumed.push({ accessKeyId, form: new URLSearchParams(Buffer.concat(chunks).toString()) });
      const credentials = `<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>`;
      outgoing.writeHead(200, { "content-type": "text/xml" });
      outgoing.end(
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Exit code, and the access keys that S3 was asked with. */
async function show(...options: readonly string[]): Promise<[number, ...(string | undefined)[]]> {
  const { code } = await runStatelock(["locks", "show", STATE, ...options, ...bucketFlags(s3)]);
  return [code, ...new Set(s3.requests.map(({ accessKeyId }) => accessKeyId))];
}

it("without options the environment's credentials are used", async () => {
  expect(await show()).toEqual([0, "test"]);
});

it("--profile is used, though the environment has credentials too", async () => {
  expect(await show("--profile", "ops")).toEqual([0, "AKIAOPS"]);
});

it("keys in the environment win over AWS_PROFILE, as in the AWS CLI and the engines", async () => {
  process.env["AWS_PROFILE"] = "ops";
  expect(await show()).toEqual([0, "test"]);
  expect(await show("--role-arn", ROLE)).toEqual([0, "test", "ASIAROLE"]);
  expect(assumed[0]?.accessKeyId).toBe("test");
});

it("a failed call names the identity in use", async () => {
  s3.onRequest(() => 403);
  const args = ["locks", "show", STATE, "--profile", "ops", `--role-arn=${ROLE}`];
  const { stderr } = await runStatelock([...args, ...bucketFlags(s3)]);
  expect(stderr).toContain(`\n  with: role ${ROLE}, assumed by profile ops\n`);
});

it("an engine gets a profile by its name, and a role by its keys", async () => {
  const environment = { HOME: "/home/ana", AWS_PROFILE: "other", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  expect(await accessEnvironment({}, environment)).toBe(environment);
  expect(await accessEnvironment({ profile: "ops" }, environment)).toEqual({ HOME: "/home/ana", AWS_PROFILE: "ops" });
  expect(await accessEnvironment({ roleArn: ROLE }, environment)).toEqual({
    HOME: "/home/ana",
    AWS_ACCESS_KEY_ID: "ASIAROLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_SESSION_TOKEN: "t",
  });
});

it("a role that is no ARN is a usage mistake", async () => {
  const { code, stderr } = await runStatelock(["bootstrap", "--role-arn", "ops", "--dry-run"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("--role-arn must be the ARN of a role")]);
});

it("--role-arn is assumed first", async () => {
  expect(await show("--role-arn", ROLE)).toEqual([0, "ASIAROLE"]);
  const [request] = assumed;
  expect(request?.accessKeyId).toBe("test");
  expect(request?.form.get("RoleArn")).toBe(ROLE);
  expect(request?.form.get("RoleSessionName")).toBe("statelock");
});

it("--role-arn is assumed with the credentials of --profile", async () => {
  expect(await show("--role-arn", ROLE, "--profile", "ops")).toEqual([0, "ASIAROLE"]);
  expect(assumed[0]?.accessKeyId).toBe("AKIAOPS");
});

it("a profile that is not there, or a role that may not be assumed, is a refusal with exit code 2", async () => {
  const { code, stderr } = await runStatelock(["locks", "show", STATE, "--profile", "nobody", ...bucketFlags(s3)]);
  expect(code).toBe(2);
  expect(stderr).toContain("Log in (aws sso login)");
  expect(s3.requests).toEqual([]);
});

it("--endpoint-url is for S3, before AWS_ENDPOINT_URL, with the bucket in the path", async () => {
  process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";
  expect(await show()).toEqual([0, "test"]);
  expect(s3.requests.map(({ key }) => key)).toEqual([`${STATE}.tflock`, STATE]);
});

it("commands that are shown carry the options on", async () => {
  const options = ["--profile", "ops", "--role-arn", ROLE];
  const { stdout } = await runStatelock(["locks", "show", STATE, ...options, ...bucketFlags(s3)]);
  expect(stdout).toContain(`--profile ops --role-arn ${ROLE} --endpoint-url http://127.0.0.1:`);
  expect(stdout).toMatch(
    /aws s3api get-object --bucket acme-tfstate --region eu-central-1 --profile ops --endpoint-url/,
  );
});
