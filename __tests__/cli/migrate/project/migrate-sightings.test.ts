import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSeenRecord } from "../../../../lib/record/record-files";
import { withReached } from "../../../../lib/migrate/live/sightings";
import type { ScannedConfiguration } from "../../../../lib/migrate/scan/scan";
import type { CommandContext } from "../../../../cli/screen/command-context";
import { seenRecords } from "../../../../cli/migrate/project/migrate-sightings";
import { scanned } from "../../../support/fleet";

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "seen-records-")));
  for (const name of ["fleet/.git", "fleet/live/a", "elsewhere"]) mkdirSync(join(folder, name), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function rootIn(path: string): Promise<ScannedConfiguration> {
  const text = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "a"\n    dynamodb_table = "t"\n  }\n}\n';
  const [root] = (await scanned({ "a/main.tf": text })).configurations;
  const [place] = root?.places ?? [];
  if (root === undefined || place === undefined) throw new Error("nothing was scanned");
  return { ...root, file: { ...root.file, realPath: join(folder, path, "main.tf") } };
}

async function written(from: string, path: string): Promise<readonly string[]> {
  const context = { workingDirectory: join(folder, from) } as CommandContext;
  const records = seenRecords(context, [await rootIn(path)]);
  records.write((record) => withReached(record, ["b/a"], "both", new Date(0)));
  expect(seenRecords(context, [await rootIn(path)]).record.states["b/a"]).toBeDefined();
  return records.written();
}

const RECORD = "statelock.migration.json";

it("the record is at the top of the working tree of the files, wherever the command runs", async () => {
  expect(await written("elsewhere", "fleet/live/a")).toEqual([`../fleet/${RECORD}`]);
  rmSync(join(folder, "fleet", RECORD));
  expect(await written("fleet/live", "fleet/live/a")).toEqual([`../${RECORD}`]);
  expect(existsSync(join(folder, "elsewhere", RECORD))).toBe(false);
  expect(Object.keys(readSeenRecord(join(folder, "fleet")).states)).toEqual(["b/a"]);
});

it("a second run that sees the same writes nothing", async () => {
  await written("fleet", "fleet/live/a");
  expect(await written("fleet", "fleet/live/a")).toEqual([]);
});

it("without git, the record is in the working directory", async () => {
  writeFileSync(join(folder, "elsewhere", "main.tf"), "");
  expect(await written(".", "elsewhere")).toEqual([RECORD]);
});
