import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IsTracked } from "../../lib/files/left-file";
import type { RunRecord } from "../../lib/files/project-files";
import { runRecord } from "../../lib/files/unfinished-run";
import { scratch } from "../support/scratch";

const recordIn = (folder: string, companions: string[] = [], isTracked: IsTracked = () => false): RunRecord =>
  runRecord(folder, companions, { within: [folder], isTracked });

const replacement = (folder: string, name: string, before: string, after: string) => {
  const realPath = join(folder, name);
  writeFileSync(realPath, before);
  return { path: name, realPath, before, after };
};

it("recognizes a killed run by the files that have their new text, and by no others", async () => {
  const folder = scratch();
  const record = recordIn(folder);
  const [done, waiting] = [replacement(folder, "a.tf", "old", "new"), replacement(folder, "b.tf", "old", "new")];
  await record.begin([done, waiting]);
  expect(await record.written()).toEqual(new Set());
  writeFileSync(done.realPath, "new");
  expect(await recordIn(folder).written()).toEqual(new Set([done.realPath]));
  writeFileSync(done.realPath, "new, and edited since");
  expect(await record.written()).toEqual(new Set());
});

it("the run after it keeps what that one wrote, and forgets all of it at its end", async () => {
  const folder = scratch();
  const record = recordIn(folder);
  const [first, second] = [replacement(folder, "a.tf", "old", "new"), replacement(folder, "b.tf", "old", "new")];
  await record.begin([first]);
  writeFileSync(first.realPath, "new");
  await record.begin([second]);
  writeFileSync(second.realPath, "new");
  expect(await record.written()).toEqual(new Set([first.realPath, second.realPath]));
  await record.end();
  expect([await record.written(), existsSync(join(folder, ".statelock", "migrate-run.json"))]).toEqual([
    new Set(),
    false,
  ]);
});

it("a record says nothing about files that are gone or elsewhere", async () => {
  const [folder, elsewhere] = [scratch(), scratch()];
  const record = recordIn(folder);
  await record.begin([
    { path: "gone", realPath: join(folder, "gone"), before: "", after: "x" },
    replacement(elsewhere, "a.tf", "x", "x"),
  ]);
  expect(await record.written()).toEqual(new Set());
});

it.each([
  ["no JSON", "no JSON", false],
  ["another field", '{"version":1,"files":[],"more":1}', false],
  ["no digest", '{"version":1,"files":[{"path":"/a","after":"x"}]}', false],
  ["a record that git tracks", '{"version":1,"files":[]}', true],
])("refuses %s", (_what, content, tracked) => {
  const folder = scratch();
  mkdirSync(join(folder, ".statelock"));
  writeFileSync(join(folder, ".statelock", "migrate-run.json"), content);
  expect(() => recordIn(folder, [], () => tracked).written()).toThrow("run-record");
});

it.each(["the record", "its folder"])("neither reads nor writes through a link: %s", async (what) => {
  const [folder, elsewhere] = [scratch(), scratch()];
  writeFileSync(join(elsewhere, "migrate-run.json"), '{"version":1,"files":[]}');
  if (what === "its folder") symlinkSync(elsewhere, join(folder, ".statelock"));
  else {
    mkdirSync(join(folder, ".statelock"));
    symlinkSync(join(elsewhere, "migrate-run.json"), join(folder, ".statelock", "migrate-run.json"));
  }
  const run = async (): Promise<unknown> => recordIn(folder).begin([replacement(folder, "a.tf", "a", "b")]);
  await expect(run()).rejects.toThrow(/run-record|linked-place/);
  expect(readFileSync(join(elsewhere, "migrate-run.json"), "utf8")).toBe('{"version":1,"files":[]}');
});

it("counts the files that a run keeps beside the others while its record exists", async () => {
  const folder = scratch();
  const record = recordIn(folder, ["seen.json"]);
  expect(await record.written()).toEqual(new Set());
  await record.begin([]);
  expect(await record.written()).toEqual(new Set(["seen.json"]));
});
