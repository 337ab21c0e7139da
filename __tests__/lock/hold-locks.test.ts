import fc, { runs } from "../support/fuzz";
import type { LockInfo } from "../../lib/lock/lock-info";
import { underLocks, type StateLocks } from "../../lib/lock/hold-locks";
import { UserError, type Problem } from "../../lib/problem/problem";
import { FakeFileLocks, type Loss } from "../support/fake-file-locks";
import { NO_ANSWER } from "../support/fake-history";
import { FakeLockTable } from "../support/fake-lock-table";

const KEY = "app/terraform.tfstate";
const ITEM = `b/${KEY}`;
const lockOf = (ID: string): LockInfo => ({
  ...{ ID, Operation: "test", Info: "", Who: `${ID}@host`, Version: "1", Created: "2026-11-23T10:00:00Z", Path: ITEM },
});
const OURS = lockOf("ours");
const FAILED = { reply: "failed", why: "throttled", problem: NO_ANSWER } as const;

/** The two places, and what runs under the locks of both. */
class Places {
  readonly s3 = new FakeFileLocks();
  readonly table = new FakeLockTable();
  readonly locks: StateLocks = {
    ...{ bucket: "b", s3: this.s3, table: this.table },
    releaseCommand: (key, id) => `release ${key} ${id}`,
  };
  /** To leave one of the places out. */
  only: Partial<StateLocks> = {};
  /** What was held while the work was done. */
  during: readonly (string | undefined)[] = [];

  run(work: () => Promise<string> = () => Promise.resolve("done")): Promise<string | readonly Problem[]> {
    const encryption = { algorithm: "aws:kms", kmsKeyId: "k" };
    return underLocks({ ...this.locks, ...this.only }, { stateKey: KEY, lock: OURS, encryption }, () => {
      this.during = this.holders();
      return work();
    }).then(
      ({ value, left }) => (left.length === 0 ? value : left),
      (error: unknown) => {
        if (error instanceof UserError) return error.problems;
        throw error;
      },
    );
  }

  /** IDs of who holds the lock in S3, and in the table. */
  holders(): readonly (string | undefined)[] {
    const item = this.table.held.get(ITEM);
    return [this.s3.held.get(KEY), item?.kind === "lock" ? item.info : undefined].map((text) =>
      text === undefined ? undefined : (JSON.parse(text) as LockInfo).ID,
    );
  }

  holdTable(ID: string): void {
    this.table.held.set(ITEM, { lockId: ITEM, attributes: {}, kind: "lock", info: JSON.stringify(lockOf(ID)) });
  }
}

const told = (answer: string | readonly Problem[]): unknown =>
  typeof answer === "string" ? answer : answer.map(({ code, message }) => `${code}: ${message}`);

it("both are held while the work is done, taken and released in Terraform's order, with the state's encryption", async () => {
  const places = new Places();
  expect(await places.run()).toBe("done");
  expect(places.during).toEqual(["ours", "ours"]);
  expect(places.holders()).toEqual([undefined, undefined]);
  expect([places.s3.calls, places.table.calls]).toEqual([
    ["create aws:kms", "read", "remove", "read"],
    ["lock", "unlock"],
  ]);
});

it("the next step for another's lock is a command with its key and the given options", async () => {
  const places = new Places();
  places.s3.held.set(KEY, JSON.stringify(lockOf("other")));
  places.only = { showCommand: (key) => `statelock locks show ${key} --bucket b` };
  const [problem] = (await places.run()) as readonly Problem[];
  expect(problem?.fix).toContain(`If that run is dead, \`statelock locks show ${KEY} --bucket b\` prints`);
});

it("the ID is shown before the first request", async () => {
  const places = new Places();
  const shown: string[] = [];
  places.only = { announce: (lock) => shown.push(`${lock}; ${String(places.s3.calls.length)} requests`) };
  await places.run();
  expect(shown).toEqual([`lock of s3://b/${KEY}, ID ours; 0 requests`]);
});

it("one place alone is locked where the clients know no other", async () => {
  const places = new Places();
  const takenIn = async (only: Partial<StateLocks>): Promise<readonly (string | undefined)[]> => {
    places.only = only;
    expect(await places.run()).toBe("done");
    return places.during;
  };
  expect(await takenIn({ table: undefined })).toEqual(["ours", undefined]);
  expect(await takenIn({ s3: undefined })).toEqual([undefined, "ours"]);
});

it("leaves somebody else's lock file alone, and does not ask the table", async () => {
  const places = new Places();
  places.s3.held.set(KEY, JSON.stringify(lockOf("other")));
  expect(told(await places.run())).toEqual([
    "state-locked: is locked by other@host (ID other, test) since 2026-11-23T10:00:00Z",
  ]);
  expect([places.holders(), places.table.calls]).toEqual([["other", undefined], []]);
});

it("leaves somebody else's lock in the table alone, and releases its own in S3", async () => {
  const places = new Places();
  places.holdTable("other");
  expect(told(await places.run())).toEqual([
    "state-locked: is locked by other@host (ID other, test) since 2026-11-23T10:00:00Z",
  ]);
  expect([places.holders(), places.during]).toEqual([[undefined, "other"], []]);
});

it("an item without a lock blocks a lock", async () => {
  const places = new Places();
  places.table.held.set(ITEM, { lockId: ITEM, attributes: {}, kind: "digest", digest: "d" });
  expect(told(await places.run())).toEqual(["state-locked: is locked by somebody"]);
  expect(places.holders()).toEqual([undefined, undefined]);
});

it("reports a table that refuses the lock, and releases its own lock in S3", async () => {
  const places = new Places();
  places.table.beforeWrite = (call) => (call === "lock" ? FAILED : undefined);
  expect(await places.run()).toEqual([NO_ANSWER]);
  expect([places.holders(), places.during]).toEqual([[undefined, undefined], []]);
});

it("a lock that is taken without an answer is taken, in either place", async () => {
  const places = new Places();
  places.s3.fault = (call) => (call === "create" ? "after" : undefined);
  places.table.afterWrite = (call) => (call === "lock" ? FAILED : undefined);
  expect(await places.run()).toBe("done");
  expect(places.holders()).toEqual([undefined, undefined]);
});

it("names a lock that it may have taken in the table, and releases its own in S3", async () => {
  const places = new Places();
  places.table.afterWrite = (call) => (call === "lock" ? FAILED : undefined);
  places.table.beforeRead = () => ({ found: "unreadable", why: "throttled", problem: NO_ANSWER });
  expect(told(await places.run())).toEqual([
    "aws-call: must answer, got 500. Statelock could not find out whether it took the lock; if it did, its ID is ours",
  ]);
  expect(places.holders()).toEqual([undefined, "ours"]);
});

it("work that fails releases both, and its error is the one that is shown", async () => {
  const places = new Places();
  const refusal = { code: "x", path: "p", message: "m", fix: "f" };
  expect(await places.run(() => Promise.reject(new UserError([refusal])))).toEqual([refusal]);
  await expect(places.run(() => Promise.reject(new TypeError("a bug")))).rejects.toThrow("a bug");
  expect(places.holders()).toEqual([undefined, undefined]);
});

it("names remaining locks with the commands that release them, beside the result of the work", async () => {
  const places = new Places();
  places.s3.fault = (call) => (call === "remove" ? "before" : undefined);
  places.table.beforeWrite = (call) => (call === "unlock" ? FAILED : undefined);
  const left = [
    { code: "lock-left", path: `s3://b/${KEY}.tflock`, fix: `Release it: release ${KEY} ours` },
    {
      code: "lock-left",
      path: `DynamoDB item ${ITEM}`,
      fix: "Release it: terraform force-unlock ours, in a root of that state",
    },
  ];
  expect(await places.run()).toMatchObject(left);
  expect(places.holders()).toEqual(["ours", "ours"]);
  for (const place of [places.s3.held, places.table.held]) place.clear();
  const failing = await places.run(() => Promise.reject(new UserError([NO_ANSWER], "unknown")));
  expect(failing).toMatchObject([NO_ANSWER, ...left]);
});

it("a bug in the work comes first, and the locks that stay are still named", async () => {
  const places = new Places();
  places.s3.fault = (call) => (call === "remove" ? "before" : undefined);
  await expect(places.run(() => Promise.reject(new TypeError("a bug")))).rejects.toThrow(
    /^a bug\ns3:\/\/b\/app\/terraform\.tfstate\.tflock could not be released .*ID is ours. Release it: release /,
  );
});

it("a release that fails with a bug is a lock that may be left", async () => {
  const places = new Places();
  places.s3.releaseLock = () => Promise.reject(new TypeError("a bug"));
  expect(await places.run()).toMatchObject([{ code: "lock-left", path: `s3://b/${KEY}.tflock` }]);
  expect(places.holders()).toEqual(["ours", undefined]);
});

it("does not touch a lock that somebody else took meanwhile, and leaves none of its own", async () => {
  const places = new Places();
  const steal = (): Promise<string> => {
    places.s3.held.set(KEY, JSON.stringify(lockOf("thief")));
    places.holdTable("thief");
    return Promise.resolve("done");
  };
  expect(await places.run(steal)).toBe("done");
  expect(places.holders()).toEqual(["thief", "thief"]);
});

it("whatever fails, never works without both locks, and names the ID of every lock that stays", async () => {
  const losses = fc.array(fc.constantFrom<Loss | undefined>(undefined, "before", "after"), { maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(losses, async (planned) => {
      const places = new Places();
      const next = [...planned];
      const fault = (): Loss | undefined => next.shift();
      let lost: Loss | undefined;
      places.s3.fault = fault;
      places.table.beforeWrite = () => ((lost = fault()) === "before" ? FAILED : undefined);
      places.table.afterWrite = () => (lost === "after" ? FAILED : undefined);
      places.table.beforeRead = () =>
        fault() === undefined ? undefined : { found: "unreadable", why: "other", problem: NO_ANSWER };
      const answer = await places.run();
      const isWhole = places.during.every((holder) => holder === "ours");
      const isNamed = !places.holders().includes("ours") || JSON.stringify(answer).includes("ID is ours");
      expect({ isWhole, isNamed }).toEqual({ isWhole: true, isNamed: true });
    }),
    runs(2_000),
  );
});
