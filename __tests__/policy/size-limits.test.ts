import fc from "../support/fuzz";
import { guardPolicy } from "../../lib/policy/guard/guard-policy";
import { keyPolicy } from "../../lib/policy/key-policy";
import { policyDocument } from "../../lib/policy/policy-document";
import { policySize, SIZE_LIMITS, sizeProblems } from "../../lib/policy/size-limits";
import { stateAccessPolicy } from "../../lib/policy/state-access-policy";
import { partition, REGION_OF, scopeAndLevel } from "../support/arbitraries";
import { guardScope, keyScope } from "../support/guard";
import { text } from "../support/home";

/** A document of exactly this many characters. */
function ofSize(characters: number): ReturnType<typeof policyDocument> {
  const make = (length: number): ReturnType<typeof policyDocument> =>
    policyDocument([{ Sid: "A", Effect: "Allow", Action: "s3:GetObject", Resource: "x".repeat(length) }]);
  return make(characters - policySize(make(0)));
}

function fix(excess: number): string {
  return `Shorten it by ${String(excess)} characters.`;
}

it("a policy of exactly the limit fits, one character more does not", () => {
  expect(sizeProblems(ofSize(6144), "managedPolicy", "p", fix)).toEqual([]);
  expect(sizeProblems(ofSize(6145), "managedPolicy", "p", fix)).toHaveLength(1);
  expect(sizeProblems(ofSize(20481), "bucketPolicy", "p", fix)).toHaveLength(1);
  expect(sizeProblems(ofSize(32769), "keyPolicy", "p", fix)).toHaveLength(1);
});

it("the problem says the limit, the size and the next step", () => {
  const problems = sizeProblems(ofSize(6200), "managedPolicy", "consumers[2] (applier)", fix);
  expect(text(problems)).toMatchInlineSnapshot(`
    "[policy-size] consumers[2] (applier) must make a policy of at most 6144 characters, got 6200
      -> Shorten it by 56 characters."
  `);
});

it("the size counts the JSON that is sent, without white space", () => {
  const document = ofSize(500);
  expect(JSON.stringify(document)).toHaveLength(500);
  expect(policySize(document)).toBe(500);
});

it("blanks inside a key count: AWS says only that it does not count white space, not where", () => {
  const document = policyDocument([{ Sid: "A", Effect: "Allow", Action: "s3:GetObject", Resource: "my state" }]);
  expect(policySize(document)).toBe(JSON.stringify(document).length);
});

it("every level's policy fits with keys of any ordinary length", () => {
  fc.assert(
    fc.property(scopeAndLevel, ({ scope, level }) => {
      expect(sizeProblems(stateAccessPolicy(scope, level), "managedPolicy", "p", fix)).toEqual([]);
    }),
  );
});

it("guard and key policy are far below their limits, whatever the bucket is called", () => {
  fc.assert(
    fc.property(partition, (of) => {
      const bucket = "b".repeat(63);
      const region = REGION_OF[of];
      expect(policySize(guardPolicy({ ...guardScope, partition: of, bucket }))).toBeLessThan(
        SIZE_LIMITS.bucketPolicy / 4,
      );
      expect(policySize(keyPolicy({ ...keyScope, partition: of, region, bucket }))).toBeLessThan(
        SIZE_LIMITS.keyPolicy / 4,
      );
    }),
  );
});
