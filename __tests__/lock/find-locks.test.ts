import fc from "../support/fuzz";
import { findLocks } from "../../lib/lock/find-locks";
import type { ListedObject } from "../../lib/lock/lock-port";

// eslint-disable-next-line @typescript-eslint/require-await -- a listing that is there already
async function* listing(keys: readonly string[]): AsyncGenerator<ListedObject> {
  for (const key of keys) yield { key, lastModified: new Date(0), size: 1 };
}

async function pairs(keys: readonly string[]): Promise<(readonly [string, string | undefined])[]> {
  const found: (readonly [string, string | undefined])[] = [];
  for await (const { lock, state } of findLocks(listing(keys))) found.push([lock.key, state?.key]);
  return found;
}

it("a lock is found with its state, also where other keys sort between the two", async () => {
  expect(await pairs(["a", "a!", "a-b", "a-b.tflock", "a.tflock", "b.tflock"])).toEqual([
    ["a-b.tflock", "a-b"],
    ["a.tflock", "a"],
    ["b.tflock", undefined],
  ]);
});

it("one pass finds what looking up every key finds", async () => {
  const key = fc.stringMatching(/^[ab./\-!]{1,6}(\.tflock){0,2}$/);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(key, { maxLength: 30 }), async (keys) => {
      const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const expected = sorted
        .filter((candidate) => candidate.endsWith(".tflock"))
        .map((lock) => [lock, sorted.find((state) => `${state}.tflock` === lock)]);
      expect(await pairs(sorted)).toEqual(expected);
    }),
  );
});
