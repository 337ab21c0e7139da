import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFiles } from "../../lib/files/find-files";
import type { FoundFile } from "../../lib/files/project-files";
import { places } from "../support/home";
import { scratch } from "../support/scratch";

const WANTED = { file: (name: string) => name.endsWith(".tf"), folder: (name: string) => name !== "skipped" };

function project(): string {
  const folder = scratch();
  for (const path of ["a/main.tf", "a/b/c/main.tf", "a/notes.md", "skipped/main.tf", ".hidden/main.tf"]) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
  return folder;
}

async function paths(base: string, ...directories: string[]): Promise<string[]> {
  return (await projectFiles(base).find(directories, WANTED)).map(({ path }) => path).sort();
}

it("finds the wanted files, with paths from the base", async () => {
  const base = project();
  expect(await paths(base, ".")).toEqual([".hidden/main.tf", "a/b/c/main.tf", "a/main.tf"]);
  expect(await paths(base, "a/b", "a")).toEqual(["a/b/c/main.tf", "a/main.tf"]);
  expect(await paths(join(base, "skipped"), "../a/b")).toEqual(["../a/b/c/main.tf"]);
});

it("follows links to files, not to folders, and names links that lead nowhere", async () => {
  const base = project();
  symlinkSync("main.tf", join(base, "a", "linked.tf"));
  symlinkSync("b", join(base, "a", "folder.tf"));
  symlinkSync("..", join(base, "a", "circle"));
  symlinkSync("gone", join(base, "a", "nowhere.tf"));
  symlinkSync(tmpdir(), join(base, "a", "outside.tf"));
  const found = await projectFiles(base).find(["a"], WANTED);
  const byPath = new Map(found.map((each) => [each.path, each]));
  expect([...byPath.keys()].sort()).toEqual([
    "a/b/c/main.tf",
    "a/circle",
    "a/linked.tf",
    "a/main.tf",
    "a/nowhere.tf",
    "a/outside.tf",
  ]);
  for (const path of ["a/circle", "a/outside.tf"]) expect(byPath.get(path)).toMatchObject({ code: "link-outside" });
  expect((byPath.get("a/linked.tf") as FoundFile).realPath).toBe((byPath.get("a/main.tf") as FoundFile).realPath);
  expect(byPath.get("a/nowhere.tf")).toMatchObject({ code: "unreadable-file" });
});

it("names a folder that cannot be looked into", async () => {
  const found = await projectFiles(project()).find(["gone", "a/main.tf"], WANTED);
  expect(found).toMatchObject([
    { code: "unreadable-folder", path: "gone" },
    { code: "unreadable-folder", path: "a/main.tf" },
  ]);
});

describe("reading", () => {
  async function read(bytes: Buffer): Promise<unknown> {
    const base = scratch();
    writeFileSync(join(base, "x.tf"), bytes);
    return projectFiles(base).read({ path: "x.tf", realPath: join(base, "x.tf") });
  }

  it("keeps a byte order mark and every line end", async () => {
    expect(await read(Buffer.from("\ufeffa\r\nb\n"))).toBe("\ufeffa\r\nb\n");
  });

  it("refuses what is not UTF-8, for it could not be written back as it was", async () => {
    const problem = await read(Buffer.from([0x61, 0xff]));
    expect(places([problem as never])).toEqual(["unreadable-file x.tf"]);
  });

  it("names a file that is gone", async () => {
    const problem = await projectFiles("/").read({ path: "x.tf", realPath: "/nowhere/x.tf" });
    expect(problem).toMatchObject({ code: "unreadable-file", message: expect.stringContaining("ENOENT") as string });
  });
});

it("leaves a file alone that is far too long, or holds NUL characters", async () => {
  const folder = scratch();
  writeFileSync(join(folder, "long.tf"), "#".repeat(1024 * 1024 + 1));
  writeFileSync(join(folder, "nul.tf"), "\0\0");
  const { find, read } = projectFiles(folder);
  const texts = (await find(["."], WANTED)).map((file) => read(file as FoundFile));
  expect(texts).toMatchObject([
    { code: "unreadable-file", message: expect.stringContaining("more than 1 MiB") as unknown },
    { code: "unreadable-file", message: expect.stringContaining("NUL characters") as unknown },
  ]);
});
