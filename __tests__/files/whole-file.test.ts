import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../lab/machine/project-root";
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

it("a file that holds a state is for its owner alone, also where another file was, and where it had the same content", () => {
  const folder = scratch();
  for (const before of ["other", "state"]) {
    const path = join(folder, before);
    writeFileSync(path, before, { mode: 0o644 });
    writeWhole(path, "state", 0o600);
    expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["state", 0o600]);
  }
});

it("a link is replaced, and its target stays", () => {
  const folder = scratch();
  writeFileSync(join(folder, "target"), "kept");
  symlinkSync(join(folder, "target"), join(folder, "link"));
  writeWhole(join(folder, "link"), "state", 0o600);
  expect(filesBelow(folder)).toEqual(
    new Map([
      ["link", "state"],
      ["target", "kept"],
    ]),
  );
});

/** What writes otherwise: to a file of the caller's own folder, and to the end of a file that it opens through no link. */
const OTHERWISE = ["lib/artifacts/refusal-file.ts", "cli/options/audit-log.ts"];

it("everything that lib and cli write begins as a new file, so that nobody can put a link in its place", () => {
  const writes = filesOf(["lib", "cli"]).flatMap((file) => {
    const source = readFileSync(join(PROJECT_ROOT, file), "utf8");
    const calls = source.matchAll(
      /^(?! \*).*\b(writeFile|writeFileSync|openSync|createWriteStream|appendFileSync)\(.*/gm,
    );
    return [...calls].map(([call]) => ({ file, call: call.trim() }));
  });
  expect(writes.length).toBeGreaterThan(4);
  const others = writes.filter(({ file, call }) => !/"(?:wx\+?|r)"/.test(call) && !OTHERWISE.includes(file));
  expect(others).toEqual([]);
});

function filesOf(rooms: readonly string[]): string[] {
  return rooms.flatMap((room) =>
    readdirSync(join(PROJECT_ROOT, room), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${room}/${file}`),
  );
}

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
