import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeOthers, writeWhole } from "../../lib/files/whole-file";
import { filesBelow, scratch } from "../support/scratch";

it("a file is written with the folders it needs, and replaced", () => {
  const path = join(scratch(), "a", "b", "c.txt");
  writeWhole(path, "one");
  writeWhole(path, "two");
  expect(readFileSync(path, "utf8")).toBe("two");
});

it("a write that fails leaves no part of a file behind", () => {
  const folder = scratch();
  mkdirSync(join(folder, "taken", "by"), { recursive: true });
  expect(() => {
    writeWhole(join(folder, "taken"), "x");
  }).toThrow();
  expect(filesBelow(folder)).toEqual(new Map());
});

it("other files go, with the folders that are empty then", () => {
  const folder = scratch();
  for (const path of ["out/a/keep", "out/a/drop", "out/b/c/drop", "beside/keep"]) writeWhole(join(folder, path), "x");
  removeOthers(folder, "out", new Set(["out/a/keep"]));
  expect([...filesBelow(folder).keys()]).toEqual(["beside/keep", "out/a/keep"]);
});

it("a folder that is not there has no other files", () => {
  const folder = scratch();
  writeFileSync(join(folder, "keep"), "x");
  removeOthers(folder, "out", new Set());
  expect([...filesBelow(folder).keys()]).toEqual(["keep"]);
});
