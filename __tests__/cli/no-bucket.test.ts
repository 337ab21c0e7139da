import { rmSync } from "node:fs";
import { startFakeS3, type FakeS3, type S3Refusal } from "../../lab/memory/memory-s3";
import { HOME, STATE } from "../support/faults/scenarios";
import { bucketFlags, runStatelock, type Run } from "../support/run-command";
import { synthesizedFolder } from "../support/synthesized-folder";

const NO_BUCKET: S3Refusal = { status: 404, code: "NoSuchBucket" };
const NO_CREDENTIALS: S3Refusal = { status: 403, code: "InvalidAccessKeyId" };

let s3: FakeS3;
let folder = "";

beforeEach(async () => {
  s3 = await startFakeS3();
  folder = synthesizedFolder(HOME);
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await s3.stop();
});

/** What became of a wait; it fails the test when it pauses, for then it would take seconds. */
async function wait(): Promise<Run> {
  return runStatelock(["locks", "wait", STATE, "--timeout", "10m", ...bucketFlags(s3)]);
}

it.each<[string, S3Refusal, string]>([
  ["a bucket that does not exist", NO_BUCKET, "There is no such bucket"],
  ["credentials that AWS does not know", NO_CREDENTIALS, "InvalidAccessKeyId"],
  ["a bucket in another region", { status: 301, code: "PermanentRedirect" }, "in another region"],
])("a wait does not wait for %s", async (_what, refusal, said) => {
  s3.onRequest(() => refusal);
  const { code, stderr } = await wait();
  expect({ code, requests: s3.requests.length }).toEqual({ code: 2, requests: 1 });
  expect(stderr).toContain(said);
});

function verify(args: readonly string[] = []): Promise<Run> {
  const endpoint = ["--endpoint-url", s3.place.access?.endpointUrl ?? ""];
  return runStatelock(["verify", ...args, ...endpoint], { workingDirectory: folder });
}

it("verify reports a missing bucket once, and passes no other check", async () => {
  s3.onRequest(() => NO_BUCKET);
  const { code, stdout } = await verify();
  expect(code).toBe(1);
  const [missing, ...others] = stdout.split(/\n(?=[✔✖?] )/);
  expect(missing).toMatchInlineSnapshot(`
    "✖ the bucket exists and belongs to you
        the bucket does not exist
        next: Check the name and the account. \`statelock bootstrap\` creates the bucket."
  `);
  expect(others).toHaveLength(22);
  expect(others.filter((line) => !line.startsWith("? "))).toEqual([]);
  expect(stdout).toContain("0 ✔  1 ✖  22 ?");
  expect(s3.requests.map(({ operation }) => operation)).not.toContain("PutObject");
});

it("without credentials verify reports one problem, not one for each check", async () => {
  s3.onRequest(() => NO_CREDENTIALS);
  const { code, stdout } = await verify(["--json"]);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    problems: [{ code: "aws-call", message: expect.stringContaining("InvalidAccessKeyId") as unknown }],
  });
});

it("names the next step for each failure of a listing or of the probe", async () => {
  s3.onRequest(({ operation }) => (/^(ListObjectsV2|PutObject)$/.test(operation) ? 403 : undefined));
  const { stdout } = await verify();
  expect(stdout).toMatch(
    /\? Statelock can release exactly one lock[^\n]*\n.*Could not write s3:[^\n]* 403[^\n]*\n.*next:.* Grant s3:PutObject on it/,
  );
  expect(stdout).toMatch(
    /\? no lock of another key[^\n]*\n.*Could not list s3:[^\n]* 403[^\n]*\n.*next:.* Grant s3:ListBucket/,
  );
});
