import { createHash } from "node:crypto";
import { canonicalDigest } from "../../lib/text/canonical-digest";
import fc from "../support/fuzz";

it.each<[unknown, string]>([
  [{ b: [1, { d: null, c: "é\n" }], a: {} }, '{"a":{},"b":[1,{"c":"é\\n","d":null}]}'],
  [[], "[]"],
  ["text", '"text"'],
  [{ a: undefined, b: [undefined] }, '{"b":[null]}'],
])("%j counts as %s", (value, text) => {
  expect(canonicalDigest(value)).toBe(createHash("sha256").update(text).digest("hex"));
});

it("the order of keys does not matter, and anything else does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const same = canonicalDigest(one) === canonicalDigest(other);
      expect(same).toBe(sorted(one) === sorted(other));
    }),
  );
});

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
