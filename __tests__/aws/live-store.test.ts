import { liveStore, stateVersions } from "../../lib/aws/live-store";
import { lockBody, startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";

const STATE = "app/terraform.tfstate";
const LOCK = `${STATE}.tflock`;
let s3: FakeS3;

beforeEach(async () => {
  s3 = await startFakeS3();
  s3.put(STATE, '{"serial":1,"lineage":"a"}');
  s3.put(STATE, '{"serial":2,"lineage":"a"}');
  s3.put(LOCK, lockBody("A"));
});

afterEach(async () => {
  await s3.stop();
});

it("an earlier lock whose body breaks off is read again, and then is a problem of the lock key", async () => {
  const store = liveStore(s3.place);
  let cut = true;
  s3.onRequest(({ query }) => {
    const wasCut = cut && query["versionId"] !== undefined;
    if (wasCut) cut = false;
    return wasCut ? "truncate" : undefined;
  });
  expect(await store.fileRuns(LOCK)).toMatchObject({ found: "runs", lastByClient: expect.any(Date) as Date });
  s3.onRequest(({ query }) => (query["versionId"] === undefined ? undefined : "truncate"));
  const problem = { code: "aws-call", path: `s3://acme-tfstate/${LOCK}` };
  expect(await store.fileRuns(LOCK)).toMatchObject({ found: "unreadable", problem });
});

it.each(["truncate", 403, 404, 500, "reset-before"] as const)(
  "an earlier state that S3 does not give (%s) is a problem, not a bug",
  async (fault) => {
    s3.onRequest(({ query }) => (query["versionId"] === undefined ? undefined : fault));
    const read = async (): Promise<void> => {
      for await (const version of stateVersions(s3.place, STATE)) expect(version).toBeUndefined();
    };
    await expect(read()).rejects.toMatchObject({ name: "UserError", kind: "unknown" });
  },
);
