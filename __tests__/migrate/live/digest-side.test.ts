import { digestSide, type StateVersion } from "../../../lib/migrate/live/digest-side";
import { certainlyUnderFileLock, fileRuns } from "../../../lib/migrate/live/file-lock-history";
import { MD5, minute, OTHER_MD5 } from "../../support/live-state";

const STATE = { found: "state", md5: MD5, etag: "e", lastModified: minute(5), serial: 5, lineage: "l" } as const;
const version = (change: Partial<StateVersion>): StateVersion => ({
  versionId: "v",
  md5: OTHER_MD5,
  serial: 4,
  lineage: "l",
  ...change,
});

async function side(versions: readonly StateVersion[]): Promise<string> {
  return (await digestSide(STATE, OTHER_MD5, stream(versions))).side;
}

async function* stream(versions: readonly StateVersion[]): AsyncGenerator<StateVersion> {
  yield* await Promise.resolve(versions);
}

describe("decides which one is right if the digest does not fit the state", () => {
  it.each<[string, readonly StateVersion[], string]>([
    ["the digest's state came before", [version({ md5: "x" }), version({})], "state"],
    ["the digest's state is newer", [version({ serial: 6 })], "table"],
    ["it has the same serial", [version({ serial: 5 })], "table"],
    ["it is another lineage's", [version({ lineage: "other" })], "table"],
    ["it is no state Terraform writes", [version({ lineage: undefined })], "table"],
    ["it has no serial", [version({ serial: undefined })], "unknown"],
    ["no version is the digest's", [version({ md5: "x" })], "unknown"],
  ])("%s", async (_, versions, expected) => {
    expect(await side(versions)).toBe(expected);
  });
});

it("the second in which a lock is taken or released proves nothing", () => {
  const runs = fileRuns([minute(2)], [minute(4)]);
  expect([2, 3, 4].map((at) => certainlyUnderFileLock(minute(at), runs))).toEqual([false, true, false]);
  expect(certainlyUnderFileLock(minute(3), fileRuns([minute(2)], []))).toBe(false);
});
