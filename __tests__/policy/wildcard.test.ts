import { wildcardPattern } from "../../lib/policy/wildcard";

it("a star matches any text, also none and across slashes; a question mark one character", () => {
  const matched = ["a/x/b", "a/x/y/b", "a//b", "a\n/b", "a/b", "a/xb"].filter((key) =>
    wildcardPattern("a*/b").test(key),
  );
  expect(matched).toEqual(["a/x/b", "a/x/y/b", "a//b", "a\n/b", "a/b"]);
  expect(wildcardPattern("a?b").test("a/b")).toBe(true);
  expect(wildcardPattern("a?b").test("ab")).toBe(false);
});

it("every other character matches itself, and actions match in any case", () => {
  expect(wildcardPattern("a.b").test("axb")).toBe(false);
  expect(wildcardPattern("s3:get*", "i").test("s3:GetObject")).toBe(true);
  expect(wildcardPattern("s3:get*").test("s3:GetObject")).toBe(false);
});
