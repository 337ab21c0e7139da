import type { LockReading, RemoveReply } from "../../lib/lock/lock-port";
import { probeLock } from "../../lib/verify/lock-probe";
import type { ProbeLock, ProbeStore, TakeReply } from "../../lib/verify/probe-port";
import { lockBody } from "../../lab/memory/memory-s3";

const KEY = ".statelock/probe.tflock";

let locks = 0;
const newLock = (): ProbeLock => {
  locks += 1;
  return { id: `lock ${String(locks)}`, text: lockBody(`lock ${String(locks)}`) };
};

interface Flaws {
  readonly overwrites?: boolean;
  readonly deletesAnything?: boolean;
  readonly keeps?: boolean;
  /** The answer to the first write is lost: the SDK tries again, and meets the probe. */
  readonly losesAnswer?: boolean;
  /** The second write is refused, but has its effect. */
  readonly lies?: boolean;
  readonly refuses?: "take" | "take, perhaps" | "take again" | "remove" | "read";
  /** Answers no read. */
  readonly deaf?: boolean;
  /** Answers every delete so. */
  readonly deletes?: "gone" | "conflict";
  /** From this read on S3 says that there is nothing. */
  readonly forgetsAt?: number;
}

/** A store with S3's conditions, but for its flaws. */
function store(flaws: Flaws = {}): ProbeStore & { left: () => number } {
  const objects = new Map<string, { text: string; etag: string }>();
  let [writes, reads] = [0, 0];
  const problem = (what: string) => ({ code: "aws-call", path: "s3://b", message: `must allow ${what}`, fix: "Do." });
  return {
    left: () => objects.size,
    read: (key) => {
      reads += 1;
      if (flaws.refuses === "read" || flaws.refuses === "take, perhaps" || flaws.deaf === true)
        return Promise.resolve({ found: "unreadable", lasting: true, problem: problem("read") });
      const object = objects.get(key);
      if (object === undefined || reads >= (flaws.forgetsAt ?? Infinity)) return Promise.resolve({ found: "nothing" });
      const found = { key, ...object, lastModified: new Date(0), versionId: undefined, size: 1 };
      return Promise.resolve<LockReading>({ found: "lock", object: found });
    },
    take: (key, text) => {
      writes += 1;
      const nothingWritten = flaws.refuses !== "take, perhaps";
      const failed: TakeReply = { reply: "failed", nothingWritten, problem: problem("take") };
      if (flaws.refuses?.split(",")[0] === (writes === 1 ? "take" : "take again")) return Promise.resolve(failed);
      const isFree = !objects.has(key);
      if (isFree || flaws.overwrites === true || flaws.lies === true)
        objects.set(key, { text, etag: `"${String(writes)}"` });
      const isLost = flaws.losesAnswer === true && writes === 1;
      return Promise.resolve({ reply: (isFree || flaws.overwrites === true) && !isLost ? "taken" : "refused" });
    },
    remove: ({ key, etag }) => remove(key, etag),
    removeIf: (key, etag) => remove(key, etag),
    pause: () => Promise.resolve(),
  };

  function remove(key: string, etag: string): Promise<RemoveReply> {
    if (flaws.refuses === "remove")
      return Promise.resolve({ reply: "refused", attempts: 1, problem: problem("remove") });
    if (flaws.deletes !== undefined) return Promise.resolve({ reply: flaws.deletes, attempts: 1 });
    if (flaws.deletesAnything !== true && objects.get(key)?.etag !== etag)
      return Promise.resolve({ reply: "changed", attempts: 1 });
    if (flaws.keeps !== true) objects.delete(key);
    return Promise.resolve<RemoveReply>({ reply: "deleted", deleteMarker: undefined, attempts: 1 });
  }
}

const LEFT = ` (${KEY} may still exist)`;

it.each<[string, Flaws, unknown]>([
  ["a store that locks", {}, { value: undefined }],
  ["one whose first answer is lost", { losesAnswer: true }, { value: undefined }],
  [
    "one that overwrites",
    { overwrites: true },
    { value: "the store accepts a second write with If-None-Match, so a lock protects nothing" },
  ],
  [
    "one that overwrites, and says that it did not",
    { lies: true },
    { value: "the store accepts a second write with If-None-Match, so a lock protects nothing" },
  ],
  [
    "one that deletes whatever the ETag",
    { deletesAnything: true },
    {
      value:
        "the store deletes a lock whatever its ETag and keeps no versions, so `locks release` refuses. Terraform does not need this",
    },
  ],
  ["one that refuses to write", { refuses: "take" }, { unreadable: "s3://b must allow take", fix: "Do." }],
  [
    "one that refuses to write and to read",
    { refuses: "take", deaf: true },
    { unreadable: "s3://b must allow take", fix: "Do." },
  ],
  [
    "one that does not say whether it wrote",
    { refuses: "take, perhaps" },
    { unreadable: `s3://b must allow take${LEFT}`, fix: "Do." },
  ],
  [
    "one that does not say whether a second taker is refused",
    { refuses: "take again" },
    { unreadable: "s3://b must allow take", fix: "Do." },
  ],
  ["one that refuses to read", { refuses: "read" }, { unreadable: `s3://b must allow read${LEFT}`, fix: "Do." }],
  ["one that refuses to delete", { refuses: "remove" }, { unreadable: `s3://b must allow remove${LEFT}`, fix: "Do." }],
  [
    "one that answers a delete with another ETag by 409",
    { deletes: "conflict" },
    { unreadable: `S3 answered "conflict", not 412, to a delete with another object's ETag${LEFT}` },
  ],
  [
    "one that forgets the probe at once",
    { forgetsAt: 1 },
    { unreadable: `the probe was written, but S3 has no ${KEY}` },
  ],
  [
    "one that forgets the probe a little later",
    { forgetsAt: 2 },
    { unreadable: `S3 refused a second taker, but then has no ${KEY}` },
  ],
  [
    "one that keeps what it says it deleted",
    { keeps: true },
    { value: `S3 answered "deleted" to the release of the probe, but ${KEY} still exists` },
  ],
])("%s", async (_name, flaws, expected) => {
  const { secondTaker, takeAgain, release } = await probeLock(store(flaws), KEY, newLock);
  const fine = { value: undefined };
  const faults = [secondTaker, release, takeAgain].filter((found) => !("value" in found && found.value === undefined));
  expect(faults[0] ?? fine).toEqual(expected);
});

it("leaves nothing behind in a store that deletes its objects", async () => {
  const flaws: Flaws[] = [{}, { overwrites: true }, { lies: true }, { losesAnswer: true }, { refuses: "take again" }];
  const left = await Promise.all(
    flaws.map(async (flaw) => {
      const used = store(flaw);
      await probeLock(used, KEY, newLock);
      return used.left();
    }),
  );
  expect(left).toEqual(flaws.map(() => 0));
});

it.each<[string, TakeReply]>([
  ["refuses", { reply: "refused" }],
  [
    "fails",
    { reply: "failed", nothingWritten: true, problem: { code: "aws-call", path: "s3://b", message: "m", fix: "Do." } },
  ],
])("ends without a verdict if the store %s every taker of a race", async (_, reply) => {
  const whole = store();
  const take = (key: string, text: string): Promise<TakeReply> =>
    /-\d\.tflock$/.test(key) ? Promise.resolve(reply) : whole.take(key, text);
  const { secondTaker } = await probeLock({ ...whole, take }, KEY, newLock);
  expect(secondTaker).toHaveProperty("unreadable");
});

it("names the key of a race whose winner the store does not show: its lock may still be there", async () => {
  const whole = store();
  const read = (key: string): Promise<LockReading> =>
    /-\d\.tflock$/.test(key) ? Promise.resolve({ found: "nothing" }) : whole.read(key);
  const { secondTaker } = await probeLock({ ...whole, read }, KEY, newLock);
  expect(whole.left()).toBe(1);
  expect(secondTaker).toHaveProperty(
    "unreadable",
    expect.stringContaining(".statelock/probe-1.tflock may still exist"),
  );
});
