import { moveState } from "../../lib/bootstrap/move-state";
import type { StateLocks } from "../../lib/lock/hold-locks";
import { UserError } from "../../lib/problem/problem";
import { FakeHistory, LOCK, NO_ANSWER, OWN_LOCK } from "../support/fake-history";

const KEY = "bootstrap/terraform.tfstate";

async function codesOf(store: FakeHistory, text: string, replaces: string | undefined): Promise<readonly string[]> {
  const locks: StateLocks = { bucket: "b", s3: store, table: undefined, releaseCommand: (_key, id) => `release ${id}` };
  const move = { key: KEY, text, replaces, encryption: undefined, lock: OWN_LOCK };
  return moveState(store, locks, move).then(
    () => [],
    (error: unknown) => {
      if (error instanceof UserError) return error.problems.map(({ code }) => code);
      throw error;
    },
  );
}

it("writes to an empty key or over an older copy, and leaves the same state alone", async () => {
  const store = new FakeHistory([]);
  expect(await codesOf(store, "one", undefined)).toEqual([]);
  expect(store.calls).toEqual(["lock", "read current", "write if none", "read current", "unlock"]);
  expect(await codesOf(store, "two", "one")).toEqual([]);
  expect(await codesOf(store, "two", "one")).toEqual([]);
  expect({ now: store.current, lockedBy: store.lockedBy }).toEqual({ now: "two", lockedBy: undefined });
});

it("another state is never overwritten, and the lock is released", async () => {
  const store = new FakeHistory(["other"]);
  expect(await codesOf(store, "one", undefined)).toEqual(["other-state"]);
  expect(await codesOf(store, "one", "zero")).toEqual(["other-state"]);
  expect({ now: store.current, lockedBy: store.lockedBy }).toEqual({ now: "other", lockedBy: undefined });
});

it("reports the first error first, and a remaining lock after it", async () => {
  const store = new FakeHistory([]);
  store.beforeRelease = () => ({ outcome: "still-held", lock: LOCK, reply: { reply: "conflict", attempts: 1 } });
  store.beforeWrite = () => ({ reply: "failed", problem: NO_ANSWER, OWN_LOCK });
  expect(await codesOf(store, "one", undefined)).toEqual(["aws-call", "lock-left"]);
  store.lockedBy = undefined;
  store.beforeWrite = () => undefined;
  expect(await codesOf(store, "one", undefined)).toEqual(["lock-left"]);
  expect(store.current).toBe("one");
});

it("moves nothing while somebody else holds the lock", async () => {
  const store = new FakeHistory([]);
  store.lockedBy = "theirs";
  expect(await codesOf(store, "one", undefined)).toEqual(["state-locked"]);
  expect({ now: store.current, lockedBy: store.lockedBy }).toEqual({ now: undefined, lockedBy: "theirs" });
});
