import type { LockReading, LockStore } from "../../lib/lock/lock-port";
import { waitForLock, type WaitResult } from "../../lib/lock/wait-for-lock";
import { lockBody } from "../../lab/memory/memory-s3";

const problem = { code: "aws-call", path: "s3://b/k", message: "must answer, got 500", fix: "Run it again." };
const failed: LockReading = { found: "unreadable", lasting: false, problem };
const denied: LockReading = { found: "unreadable", lasting: true, problem };
const free: LockReading = { found: "nothing" };

function held(id: string): LockReading {
  return {
    found: "lock",
    object: { key: "k.tflock", etag: id, lastModified: new Date(0), versionId: undefined, size: 1, text: lockBody(id) },
  };
}

/** Waits against these readings, the last one for ever, on a clock that only pauses move. */
async function wait(
  readings: LockReading[],
  timeout: number,
): Promise<{ result: WaitResult; pauses: number[]; seen: string[] }> {
  const pauses: number[] = [];
  const seen: string[] = [];
  let now = 0;
  const store = {
    read: () => Promise.resolve((readings.length > 1 ? readings.shift() : readings[0]) ?? free),
    pause: (milliseconds: number) => {
      pauses.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  } as unknown as LockStore;
  const onLock = (lock: { etag: string }): Promise<void> => Promise.resolve(void seen.push(lock.etag));
  return { result: await waitForLock(store, { lockKey: "k.tflock", timeout, clock: () => now, onLock }), pauses, seen };
}

it("a lock that is free ends the wait at once", async () => {
  expect(await wait([free], 60_000)).toMatchObject({ result: { outcome: "free", waited: 0 }, pauses: [] });
});

it("pauses grow to ten seconds, the last one ends at the timeout", async () => {
  const { result, pauses } = await wait([held("A")], 30_000);
  expect(result).toMatchObject({ outcome: "timed-out", waited: 30_000 });
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 5_000]);
});

it("with no time at all one look decides", async () => {
  expect(await wait([held("A"), free], 0)).toMatchObject({ result: { outcome: "timed-out" }, pauses: [] });
});

it("reports each holder once", async () => {
  expect((await wait([held("A"), held("A"), held("B"), free], 60_000)).seen).toEqual(["A", "B"]);
});

it("failures are not freedom: a few are borne, five in a row are not, a 403 ends it", async () => {
  expect((await wait([held("A"), failed, failed, free], 60_000)).result.outcome).toBe("free");
  expect((await wait([held("A"), failed], 600_000)).result.outcome).toBe("unknown");
  expect(await wait([denied], 600_000)).toMatchObject({ result: { outcome: "unknown" }, pauses: [] });
});

it("no look takes longer than the remaining time or five seconds", async () => {
  const bounds: (number | undefined)[] = [];
  let now = 0;
  const store = {
    read: (_key: string, within?: number) => {
      bounds.push(within);
      now += 4_000;
      return Promise.resolve(failed);
    },
    pause: (milliseconds: number) => Promise.resolve(void (now += milliseconds)),
  } as unknown as LockStore;
  const request = { lockKey: "k.tflock", clock: () => now };
  expect((await waitForLock(store, { ...request, timeout: 9_000 })).outcome).toBe("unknown");
  expect((await waitForLock(store, { ...request, timeout: 0 })).outcome).toBe("unknown");
  expect(bounds).toEqual([9_000, 5_000, 5_000]);
});
