import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemProblem } from "../../lib/problem/system-problem";
import { scratch } from "../support/scratch";

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("systemProblem", () => {
  const folder = scratch();
  const file = join(folder, "file");
  writeFileSync(file, "");
  const circle = join(folder, "circle");
  symlinkSync(circle, circle);

  it.each([
    ["a file that is not there", () => readFileSync(join(folder, "gone")), "Create it"],
    ["a temporary folder that cannot be made", () => mkdtempSync(join(folder, "gone", "x-")), "Set TMPDIR"],
    ["links that lead in a circle", () => readFileSync(circle), "in a circle"],
    ["a name that is too long", () => readFileSync(join(folder, "x".repeat(300))), "Shorten the path"],
    ["a folder where a file should be", () => readFileSync(folder), "Move that away"],
    [
      "a file where a folder should be",
      () => {
        mkdirSync(join(file, "below"));
      },
      "Move that away",
    ],
    [
      "something that is there already",
      () => {
        mkdirSync(file);
      },
      "Move that away",
    ],
  ])("says what to do about %s", (_case, work, fix) => {
    const problem = systemProblem(thrownBy(work));
    expect(problem).toMatchObject({ code: "file-system", fix: expect.stringContaining(fix) as string });
  });

  it("names the file and what the system said", () => {
    const path = join(folder, "gone");
    expect(systemProblem(thrownBy(() => readFileSync(path)))).toMatchObject({
      path,
      message: `Could not open ${path}: no such file or directory (ENOENT)`,
    });
  });

  it("leaves every other error alone", () => {
    const unknown = thrownBy(() => {
      rmdirSync(folder);
    });
    expect([new Error("a bug"), "text", undefined, unknown].map(systemProblem)).toEqual(Array(4).fill(undefined));
  });
});
