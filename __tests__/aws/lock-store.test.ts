import { lockStore } from "../../lib/aws/lock-store";
import { listLocks } from "../../lib/lock/list-locks";
import { TABLES_UNSEEN } from "../../lib/inventory/state-owner";
import { DEFAULT_LONGEST_RUN } from "../../lib/lock/lock-verdict";
import { lockBody, startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";
import { FULL } from "../support/full";

const KEY = "app/terraform.tfstate.tflock";
let s3: FakeS3;

beforeEach(async () => {
  s3 = await startFakeS3();
});

afterEach(async () => {
  await s3.stop();
});

it("a lock is read with its ETag and S3's time", async () => {
  const taken = new Date("2026-11-22T10:00:00Z");
  s3.put(KEY, lockBody("A"), taken);
  const reading = await lockStore(s3.place).read(KEY);
  expect(reading).toMatchObject({ found: "lock", object: { lastModified: taken, text: s3.body(KEY) } });
});

it("404 is nothing, 403 is not", async () => {
  const store = lockStore(s3.place);
  expect(await store.read(KEY)).toEqual({ found: "nothing" });
  s3.onRequest(() => 403);
  expect(await store.read(KEY)).toMatchObject({ found: "unreadable", lasting: true });
});

it("a read that has a deadline ends there, though no answer comes", async () => {
  s3.onRequest(() => "slow");
  expect(await lockStore(s3.place).read(KEY, 50)).toMatchObject({ found: "unreadable", lasting: false });
});

it("a body that breaks off is read again, and never taken for a lock", async () => {
  s3.put(KEY, lockBody("A"));
  s3.onRequest(({ nth }) => (nth === 1 ? "truncate" : undefined));
  expect(await lockStore(s3.place).read(KEY)).toMatchObject({ found: "lock" });
  s3.onRequest(() => "truncate");
  expect(await lockStore(s3.place).read(KEY)).toMatchObject({ found: "unreadable", lasting: false });
});

it("does not read an object that is much longer than a lock", async () => {
  s3.put(KEY, `{"ID":"${"x".repeat(70_000)}"}`);
  expect(await lockStore(s3.place).read(KEY)).toMatchObject({ found: "lock", object: { text: undefined } });
});

it("time is S3's", async () => {
  s3.clockAhead = 3_600_000;
  s3.put(KEY, lockBody("A"));
  const store = lockStore(s3.place);
  const list = await listLocks(store, {
    bucket: "acme-tfstate",
    inventory: undefined,
    longestRun: DEFAULT_LONGEST_RUN,
  });
  expect(list.locks[0]?.ageSeconds).toBeLessThan(5);
  expect(list.notes).toEqual([expect.stringMatching(/^your clock is (59 min|1 h) behind S3's/), TABLES_UNSEEN]);
});

it("lists the locks of every holder, and reports locks that it could not read", async () => {
  s3.put("app/terraform.tfstate", "{}", new Date(Date.now() - 60_000));
  s3.put(KEY, lockBody("A"), new Date(Date.now() - 120_000));
  s3.put("env:/dev/x.tflock", "", new Date(Date.now() - 180_000));
  s3.put("secret.tflock", lockBody("C"));
  s3.onRequest(({ key }) => (key === "secret.tflock" ? 403 : undefined));
  const { locks, unreadable, objects } = await listLocks(lockStore(s3.place), {
    bucket: "acme-tfstate",
    inventory: undefined,
    longestRun: DEFAULT_LONGEST_RUN,
  });
  expect(locks.map(({ stateKey, workspace, verdict, holder }) => [stateKey, workspace, verdict, holder?.id])).toEqual([
    ["env:/dev/x", "dev", "unknown", undefined],
    ["app/terraform.tfstate", null, "active", "A"],
  ]);
  expect(unreadable).toEqual([{ lockKey: "secret.tflock", problem: expect.stringContaining("403") as unknown }]);
  expect(objects).toBe(4);
});

it("many objects cost the listing, and one read for each lock", async () => {
  const many = FULL ? 100_000 : 20_000;
  for (let n = 0; n < many - 20; n += 1) s3.put(`team/${String(n)}/terraform.tfstate`, "{}");
  for (let n = 0; n < 20; n += 1) s3.put(`team/${String(n)}/terraform.tfstate.tflock`, lockBody(String(n)));
  const { locks, objects } = await listLocks(lockStore(s3.place), {
    bucket: "acme-tfstate",
    inventory: undefined,
    longestRun: DEFAULT_LONGEST_RUN,
  });
  expect(objects).toBe(many);
  expect(locks).toHaveLength(20);
  expect(s3.requests.length).toBe(many / 1_000 + 20);
}, 60_000);
