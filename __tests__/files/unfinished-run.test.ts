import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runRecord } from "../../lib/files/unfinished-run";
import { scratch } from "../support/scratch";

const replacement = (folder: string, name: string, before: string, after: string) => {
  const realPath = join(folder, name);
  writeFileSync(realPath, before);
  return { path: name, realPath, before, after };
};

it("a run that is killed is known by the files that are what it was to make them, and by no others", async () => {
  const folder = scratch();
  const record = runRecord(folder, []);
  const [done, waiting] = [replacement(folder, "a.tf", "old", "new"), replacement(folder, "b.tf", "old", "new")];
  await record.begin([done, waiting]);
  expect(await record.written()).toEqual(new Set());
  writeFileSync(done.realPath, "new");
  expect(await runRecord(folder, []).written()).toEqual(new Set([done.realPath]));
  writeFileSync(done.realPath, "new, and edited since");
  expect(await record.written()).toEqual(new Set());
});

it("the run after it keeps what that one wrote, and forgets all of it at its end", async () => {
  const folder = scratch();
  const record = runRecord(folder, []);
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

it("what is no record, or names files that are gone, says nothing", async () => {
  const folder = scratch();
  const record = runRecord(folder, []);
  await record.begin([{ path: "gone", realPath: join(folder, "gone"), before: "", after: "x" }]);
  expect(await record.written()).toEqual(new Set());
  writeFileSync(join(folder, ".statelock", "migrate-run.json"), "no JSON");
  expect(await record.written()).toEqual(new Set());
});

it("what runs keep beside the files counts while the record is there", async () => {
  const folder = scratch();
  const record = runRecord(folder, ["seen.json"]);
  expect(await record.written()).toEqual(new Set());
  await record.begin([]);
  expect(await record.written()).toEqual(new Set(["seen.json"]));
});
