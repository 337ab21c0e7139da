import { unifiedDiff, unifiedDiffAlike } from "../../../lib/migrate/rewrite/unified-diff";

it("is a patch as git writes it: three lines around, no newline at the end said so", () => {
  expect(unifiedDiff("a/x.tf", { before: "1\n2\n3\n4\n5", after: "1\n2\n3\n4\n6\n5" })).toBe(
    "--- a/a/x.tf\n+++ b/a/x.tf\n@@ -2,4 +2,5 @@\n 2\n 3\n 4\n+6\n 5\n\\ No newline at end of file\n",
  );
});

it("is nothing where nothing changes", () => {
  expect(unifiedDiff("x.tf", { before: "a\n", after: "a\n" })).toBe("");
});

it.each([
  ["with space.tf", "--- a/with space.tf\t"],
  ['quote".tf', '--- "a/quote\\".tf"'],
  ["back\\slash.tf", '--- "a/back\\\\slash.tf"'],
  ["tab\t.tf", '--- "a/tab\\011.tf"'],
  ["ümlaut.tf", "--- a/ümlaut.tf"],
])("quotes the name %j as git does", (name, line) => {
  expect(unifiedDiff(name, { before: "a\r\n", after: "b\r\n" }).split("\n")[0]).toBe(line);
});

it("files that differ in keys alone get the patches that each gets by itself", () => {
  const diff = unifiedDiffAlike();
  const replacement = (key: string): Parameters<typeof unifiedDiff>[1] => ({
    before: `a {\n  key = "${key}"\n  x = 1\n}\nb {\n  key = "${key}"\n}\n`,
    after: `a {\n  key  = "${key}"\n  x    = 1\n  long = 2\n}\nb {\n  key = "${key}"\n}\n`,
  });
  for (const key of ["one/state", "two/state", "a/$&/b", "more/state"])
    expect(diff(`${key}.tf`, replacement(key))).toBe(unifiedDiff(`${key}.tf`, replacement(key)));
});
