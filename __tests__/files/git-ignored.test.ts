import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFiles } from "../../lib/files/find-files";
import { gitIgnored } from "../../lib/files/git-ignored";
import { ScratchFolder } from "../support/scratch";

it("the deepest folder with a rule decides, and a later rule of a folder overrides an earlier one", () => {
  const isIgnored = gitIgnored([
    { folder: "/r", text: "*_override.tf\n# comment\nbuild/\n/top.tf\n" },
    { folder: "/r/a", text: "!kept_override.tf\n*.tf\n!main.tf\n" },
  ]);
  const paths = [
    "/r/x_override.tf",
    "/r/a/kept_override.tf",
    "/r/a/b.tf",
    "/r/a/main.tf",
    "/r/build/x.tf",
    "/r/b/top.tf",
  ];
  expect(paths.map(isIgnored)).toEqual([true, true, true, false, true, false]);
  expect(isIgnored("/r/X_OVERRIDE.tf")).toBe(false);
  expect(isIgnored("/other/x_override.tf")).toBe(false);
});

it("reads rules above a folder, up to the top of the working tree", () => {
  const folder = new ScratchFolder();
  const base = folder.directory;
  mkdirSync(join(base, "repo", ".git", "info"), { recursive: true });
  mkdirSync(join(base, "repo", "infra", "a"), { recursive: true });
  for (const [path, text] of [
    [".gitignore", "above the working tree"],
    ["repo/.gitignore", "top"],
    ["repo/infra/.gitignore", "infra"],
    ["repo/infra/a/.gitignore", "found by the search"],
    ["repo/.git/info/exclude", "exclude"],
  ] as const)
    writeFileSync(join(base, path), text);
  const rules = (directory: string): string[] =>
    (projectFiles(base).rulesAbove?.([directory]) ?? []).map(({ text }) => text);
  expect(rules("repo/infra/a")).toEqual(["infra", "top", "exclude"]);
  expect(rules(".")).toEqual([]);
});
