import { probeLock, type ProbeStore } from "../../lib/verify/lock-probe";

interface Flaws {
  readonly overwrites?: boolean;
  readonly deletesAnything?: boolean;
  readonly keeps?: boolean;
  /** The answer to the first write is lost: the SDK tries again, and meets the probe. */
  readonly losesAnswer?: boolean;
  readonly refuses?: "put" | "remove" | "read";
}

/** A store with S3's conditions, but for its flaws. */
function store(flaws: Flaws = {}): ProbeStore & { left: () => string | undefined } {
  let object: { text: string; etag: string } | undefined;
  let writes = 0;
  const refuse = (what: Flaws["refuses"]): void => {
    if (flaws.refuses === what) throw new Error(`must allow ${String(what)}, got 403\nnext`);
  };
  return {
    left: () => object?.text,
    read: async () => {
      refuse("read");
      return Promise.resolve(object);
    },
    put: async (_key, text) => {
      refuse("put");
      if (object !== undefined && flaws.overwrites !== true) return Promise.resolve(false);
      object = { text, etag: `"${String(++writes)}"` };
      return Promise.resolve(!(flaws.losesAnswer === true && writes === 1));
    },
    remove: async (_key, etag) => {
      refuse("remove");
      if (flaws.deletesAnything !== true && object?.etag !== etag) return Promise.resolve(false);
      if (flaws.keeps !== true) object = undefined;
      return Promise.resolve(true);
    },
  };
}

test.each<[string, Flaws, unknown]>([
  ["a store that locks", {}, { value: undefined }],
  ["one whose first answer is lost", { losesAnswer: true }, { value: undefined }],
  [
    "one that overwrites",
    { overwrites: true },
    { value: "a second write with If-None-Match was accepted: this store locks nobody" },
  ],
  [
    "one that deletes whatever the ETag",
    { deletesAnything: true },
    { value: "a delete with another object's ETag was accepted: releasing a lock is not safe here" },
  ],
  ["one that refuses to write", { refuses: "put" }, { unreadable: "must allow put, got 403" }],
  [
    "one that refuses to read",
    { refuses: "read" },
    { unreadable: "must allow read, got 403 (probe.tflock may be left)" },
  ],
  [
    "one that refuses to delete",
    { refuses: "remove" },
    { unreadable: "must allow remove, got 403 (probe.tflock may be left)" },
  ],
])("%s", async (_name, flaws, expected) => {
  expect(await probeLock(store(flaws), "probe.tflock", ["first", "second"])).toEqual(expected);
});

test("a probe that stays is named", async () => {
  const outcome = await probeLock(store({ keeps: true }), "probe.tflock", ["first", "second"]);
  expect(outcome).toEqual({ value: "the probe is still there after its release: probe.tflock" });
});

test("nothing is left behind by a store that can be cleaned", async () => {
  const left = await Promise.all(
    [{}, { overwrites: true }, { deletesAnything: true }, { losesAnswer: true }].map(async (flaws) => {
      const used = store(flaws);
      await probeLock(used, "probe.tflock", ["first", "second"]);
      return used.left();
    }),
  );
  expect(left).toEqual([undefined, undefined, undefined, undefined]);
});
