import { unanswered } from "../../../lib/migrate/live/unanswered";
import { readLockHistory, type LockVersion } from "../../../lib/migrate/live/file-lock-history";
import { liveState, minute } from "../../support/live-state";

/** A lock that was taken and released in each of these minutes, newest first, as S3 lists it. */
async function* history(runs: number): AsyncGenerator<LockVersion> {
  for (let at = runs; at > 0; at -= 1) {
    await Promise.resolve();
    yield { versionId: `m${String(at)}`, kind: "delete-marker", writtenAt: minute(2 * at + 1) };
    yield { versionId: `v${String(at)}`, kind: "object", writtenAt: minute(2 * at) };
  }
}

it("a history is read to its end where that is within the limit, and up to it where it is not", async () => {
  const whole = await readLockHistory(history(3), 6);
  expect([whole.locks.map(({ versionId }) => versionId), whole.runs.length, whole.cut]).toEqual([
    ["v3", "v2", "v1"],
    3,
    false,
  ]);
  const cut = await readLockHistory(history(3), 4);
  expect([cut.locks.map(({ versionId }) => versionId), cut.cut]).toEqual([["v3", "v2"], true]);
  expect(cut.runs.at(-1)).toEqual({ taken: minute(4), released: minute(5) });
});

it("more is not read than the limit", async () => {
  let given = 0;
  async function* counted(): AsyncGenerator<LockVersion> {
    for await (const entry of history(50)) {
      given += 1;
      yield entry;
    }
  }
  await readLockHistory(counted(), 10);
  expect(given).toBe(11);
});

it("reports a reached limit if the state was written before the oldest version it read", () => {
  const runs = [{ taken: minute(7), released: minute(8) }];
  const codes = (cut: boolean, oldest = runs): string[] =>
    unanswered(liveState({ fileRuns: { found: "runs", runs: oldest, lastByClient: minute(4), cut } })).map(
      ({ code }) => code,
    );
  expect(codes(true)).toEqual(["lock-history"]);
  expect(codes(false)).toEqual([]);
  expect(codes(true, [{ taken: minute(4), released: minute(6) }])).toEqual([]);
});
