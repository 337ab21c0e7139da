import { lockReleaseSchema } from "../../../cli/locks/release-json";
import { lockBody, startFakeS3, type FakeS3 } from "../../../lab/memory/memory-s3";
import { bucketFlags, runStatelock, type Run } from "../../support/run-command";

const STATE = "app/terraform.tfstate";
const LOCK = `${STATE}.tflock`;
let s3: FakeS3;

beforeEach(async () => {
  s3 = await startFakeS3();
  s3.put(STATE, '{"outputs":{"password":{"value":"CANARY-SECRET"}}}');
  s3.put(LOCK, lockBody("A"));
});

afterEach(async () => {
  await s3.stop();
});

function release(args: readonly string[], answers?: readonly string[]): Promise<Run> {
  const command = ["locks", "release", STATE, "--reason", "runner 7 died", ...args, ...bucketFlags(s3)];
  return runStatelock(command, answers === undefined ? {} : { answers });
}

const lockLeft = (): string =>
  s3.body(LOCK) === undefined ? "none" : (JSON.parse(s3.body(LOCK) ?? "") as { ID: string }).ID;

it("a release deletes on condition of the ETag that was just read, and leaves an audit line", async () => {
  const { code, stdout, stderr } = await release(["--id", "A", "--yes"]);
  expect({ code, left: lockLeft() }).toEqual({ code: 0, left: "none" });
  expect(s3.requests.filter(({ method }) => method === "DELETE")).toMatchObject([
    { key: LOCK, ifMatch: expect.stringMatching(/^"[0-9a-f]{32}"$/) as unknown, nth: 1 },
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    event: "lock-released",
    reason: "runner 7 died",
    lock: { id: "A", who: "ci@runner-7" },
    deleteMarker: "marker-1",
  });
  expect(stderr).toContain("Released: the state is free.");
});

it("on a terminal the ID is typed; anything else declines", async () => {
  expect(await release(["--id", "A"], ["yes"])).toMatchObject({ code: 1, stdout: "" });
  expect(lockLeft()).toBe("A");
  expect(await release(["--id", "A"], ["A"])).toMatchObject({ code: 0 });
  expect(lockLeft()).toBe("none");
});

it("where nobody can answer it needs --yes", async () => {
  const { code, stderr } = await release(["--id", "A"]);
  expect(code).toBe(2);
  expect(stderr).toContain("[not-confirmed]");
  expect(lockLeft()).toBe("A");
});

it("another ID deletes nothing, and shows who holds the lock", async () => {
  const { code, stdout, stderr } = await release(["--id", "B", "--yes"]);
  expect({ code, stdout, left: lockLeft() }).toEqual({ code: 1, stdout: "", left: "A" });
  expect(stderr).toContain("ci@runner-7 (ID A, OperationTypeApply)");
});

it.each([
  [["--id", "A", "--etag", "x"], "--id"],
  [[], "--id"],
  [["--id", "A", "--reason", " "], "--reason"],
])("usage: %j", async (args, place) => {
  const { code, stderr } = await release(args);
  expect(code).toBe(2);
  expect(stderr).toContain(`${place} must`);
  expect(s3.requests).toEqual([]);
});

it("an unreadable lock goes by its ETag, and its body is not shown", async () => {
  s3.put(LOCK, '{"password":"CANARY-SECRET"');
  const byId = await release(["--id", "A", "--yes"]);
  expect(byId).toMatchObject({ code: 1, stdout: "" });
  const etag = /--etag '?("[0-9a-f]{32}")/.exec(byId.stderr)?.[1] ?? "";
  const byEtag = await release(["--etag", etag, "--yes", "--json"]);
  expect(byEtag.code).toBe(0);
  expect(lockReleaseSchema.parse(JSON.parse(byEtag.stdout))).toMatchObject({
    outcome: "released",
    audit: { lock: null },
  });
  expect(byId.stderr + byEtag.stdout + byEtag.stderr).not.toContain("CANARY");
});

it("the delete had its effect, its answer was lost, and somebody else took the lock: theirs stays", async () => {
  s3.onRequest(({ method, nth }) => {
    if (method !== "DELETE") return undefined;
    if (nth === 1) return "reset-after";
    s3.put(LOCK, lockBody("B"));
    return undefined;
  });
  const { code, stdout } = await release(["--id", "A", "--yes", "--json"]);
  const told = lockReleaseSchema.parse(JSON.parse(stdout));
  expect(code).toBe(1);
  expect(told).toMatchObject({ outcome: "changed", audit: { event: "lock-gone" }, current: { holder: { id: "B" } } });
  expect(lockLeft()).toBe("B");
});

it("no output holds what the state holds", async () => {
  const runs = [
    await release(["--id", "B", "--yes"]),
    await release(["--id", "A", "--yes"]),
    await release(["--id", "A", "--yes"]),
  ];
  expect(runs.map(({ code }) => code)).toEqual([1, 0, 0]);
  expect(runs.map(({ stdout, stderr }) => stdout + stderr).join("")).not.toContain("CANARY");
});

describe("a lock whose body cannot be read, such as one in an archive", () => {
  const etag = async (): Promise<string> => {
    const { stdout } = await runStatelock(["locks", "show", STATE, "--json", ...bucketFlags(s3)]);
    return (JSON.parse(stdout) as { lock: { etag: string } }).lock.etag;
  };

  beforeEach(() => {
    s3.onRequest(({ method, key }) =>
      method === "GET" && key === LOCK ? { status: 403, code: "InvalidObjectState" } : undefined,
    );
  });

  it("is shown and released by the ETag of its head", async () => {
    const found = await etag();
    expect(await release(["--etag", found, "--yes"])).toMatchObject({ code: 0 });
    expect(s3.requests.filter(({ method }) => method === "DELETE")).toMatchObject([{ key: LOCK, ifMatch: found }]);
    expect(lockLeft()).toBe("none");
  });

  it("stays if it has another ETag by now, and if an ID is to name it", async () => {
    const found = await etag();
    s3.put(LOCK, lockBody("B"));
    expect(await release(["--etag", found, "--yes"])).toMatchObject({ code: 1 });
    expect(await release(["--id", "B", "--yes"])).toMatchObject({ code: 2 });
    expect(lockLeft()).toBe("B");
  });
});
