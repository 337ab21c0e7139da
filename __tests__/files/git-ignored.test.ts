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

describe("rules that are in no folder", () => {
  const rules = (base: string, directory: string, environment = {}): string[] =>
    (projectFiles(base, environment).rulesAbove?.([directory]) ?? []).map(({ text }) => text);

  it("of a worktree and of a submodule are in the repository that their file .git names", () => {
    const folder = new ScratchFolder();
    folder.write("main/.git/info/exclude", "main");
    folder.write("main/.git/worktrees/w/commondir", "../..\n");
    folder.write("main/.git/modules/sub/info/exclude", "sub");
    folder.write("w/.git", `gitdir: ${folder.path("main/.git/worktrees/w")}\n`);
    folder.write("main/sub/.git", "gitdir: ../.git/modules/sub\n");
    folder.write("w/a/x");
    folder.write("main/sub/a/x");
    folder.write("odd/.git", "nothing that git writes");
    folder.write("odd/a/x");
    const all = ["w/a", "main/sub/a", "main/sub", "odd/a"].map((each) => rules(folder.directory, each));
    expect(all).toEqual([["main"], ["sub"], ["sub"], []]);
  });

  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, string[]]>([
    ["the usual place", { "home/.config/git/ignore": "usual" }, {}, ["usual"]],
    [
      "the place of XDG",
      { "xdg/git/ignore": "xdg", "home/.config/git/ignore": "no" },
      { XDG_CONFIG_HOME: "xdg" },
      ["xdg"],
    ],
    [
      "a file that the user names",
      {
        "home/.gitconfig": "[user]\n  excludesfile = no\n[core]\n\texcludesFile = ~/mine # why\n",
        "home/mine": "mine",
      },
      {},
      ["mine"],
    ],
    [
      "a file that the repository names",
      {
        "r/.git/config": '[Core]\nexcludesfile = "~/own"\n',
        "home/.gitconfig": "[core]\nexcludesfile = ~/no",
        "home/own": "own",
      },
      {},
      ["own"],
    ],
    ["no file", { "home/.gitconfig": "[core]\nexcludesfile = ~/gone\n" }, {}, []],
  ])("of the user are in %s", (_, files, variables, expected) => {
    const folder = new ScratchFolder();
    folder.write("r/.git/HEAD");
    for (const [path, text] of Object.entries(files)) folder.write(path, text);
    const given = Object.fromEntries(Object.entries(variables).map(([name, path]) => [name, folder.path(path)]));
    const environment = { HOME: folder.path("home"), GIT_CONFIG_SYSTEM: folder.path("none"), ...given };
    expect(rules(folder.directory, "r", environment)).toEqual(expected);
    expect(rules(folder.directory, "r")).toEqual([]);
  });
});
