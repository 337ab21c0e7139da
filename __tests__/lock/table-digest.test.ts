import { stateDigest, tableDigest } from "../../lib/lock/table-digest";
import { FakeLockTable } from "../support/fake-lock-table";

const ITEM = "b/app-md5";
const MD5 = stateDigest("a state");

function table(digest: string): FakeLockTable {
  const fake = new FakeLockTable();
  fake.held.set(ITEM, { kind: "digest", lockId: ITEM, digest, attributes: {} });
  return fake;
}

it("a digest in upper case holds the state, and is not written again", async () => {
  const fake = table(MD5.toUpperCase());
  expect(await tableDigest(fake, ITEM).holds(MD5)).toBe(true);
  expect([await tableDigest(fake, ITEM).correct(MD5), fake.calls]).toEqual([[], []]);
});

it.each(["", ` ${MD5}`, "none"])("a digest that is no MD5 (%j) refuses no state, and is replaced", async (text) => {
  const fake = table(text);
  expect(await tableDigest(fake, ITEM).holds(MD5)).toBe(true);
  expect(await tableDigest(fake, ITEM).correct(MD5)).toEqual([]);
  expect(fake.held.get(ITEM)).toMatchObject({ digest: MD5 });
});

it("another digest refuses the state", async () => {
  expect(await tableDigest(table(stateDigest("another")), ITEM).holds(MD5)).toBe(false);
});
