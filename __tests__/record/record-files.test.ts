import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NOTHING_SEEN } from "../../lib/record/migration-record";
import {
  readBootstrapRecord,
  readSeenRecord,
  writeBootstrapRecord,
  writeSeenRecord,
} from "../../lib/record/record-files";
import { OWN_VERSION } from "../../lib/text/own-version";
import { places, problemsOf } from "../support/home";
import { scratch } from "../support/scratch";

const BOOTSTRAP = {
  version: 1,
  bucket: "acme-tfstate",
  region: "eu-central-1",
  account: "123456789012",
  key: "bootstrap/terraform.tfstate",
  lineage: "9a6b7c5d",
} as const;
const SEEN = { version: 1, states: { "b/a": { both: "2026-01-01T00:00:00.000Z" } } } as const;

it("a folder without records has a local bootstrap state and no sightings", () => {
  expect([readBootstrapRecord(scratch()), readSeenRecord(scratch())]).toEqual([undefined, NOTHING_SEEN]);
});

it("a record is read back as it was written, in a file made for version control", () => {
  const folder = scratch();
  writeBootstrapRecord(folder, BOOTSTRAP);
  writeSeenRecord(folder, SEEN);
  expect([readBootstrapRecord(folder), readSeenRecord(folder)]).toEqual([
    { ...BOOTSTRAP, statelock: OWN_VERSION },
    { ...SEEN, statelock: OWN_VERSION },
  ]);
  const text = readFileSync(join(folder, "bootstrap.state.json"), "utf8");
  expect(text).toBe(`${JSON.stringify({ ...BOOTSTRAP, statelock: OWN_VERSION }, null, 2)}\n`);
});

it("a file that does not hold a record is refused, not taken for a missing one", () => {
  const folder = scratch();
  for (const file of ["bootstrap.state.json", "statelock.migration.json"]) writeFileSync(join(folder, file), "");
  expect(places(problemsOf(() => readBootstrapRecord(folder)))).toEqual(["bootstrap-record bootstrap.state.json"]);
  expect(places(problemsOf(() => readSeenRecord(folder)))).toEqual(["record-unreadable statelock.migration.json"]);
});

const CONFLICT = '{\n<<<<<<< HEAD\n  "version": 1,\n=======\n  "version": 1,\n>>>>>>> main\n  "states": {}\n}\n';
it.each([
  ["a merge conflict", CONFLICT, "with a merge conflict", "Resolve the conflict"],
  [
    "a field of a newer Statelock",
    '{"version":1,"statelock":"999.0.0","states":7,"key":7}',
    'newer Statelock ("999.0.0")',
    "Do not delete it",
  ],
  ["another format", '{"version":2,"states":{}}', "newer Statelock (format 2)", "Do not delete it"],
  ["a cut record", '{"version":1,"states":{', "something else", "Restore the file"],
  [
    "a wrong record of this version",
    JSON.stringify({ version: 1, statelock: OWN_VERSION, states: 7 }),
    "something else",
    "Restore the file",
  ],
] as const)("a record with %s is kept, and what to do next loses nothing", (_, text, message, fix) => {
  const folder = scratch();
  for (const [file, read] of [
    ["bootstrap.state.json", readBootstrapRecord],
    ["statelock.migration.json", readSeenRecord],
  ] as const) {
    writeFileSync(join(folder, file), text);
    const [problem] = problemsOf(() => read(folder));
    expect([problem?.message, problem?.fix]).toEqual([expect.stringContaining(message), expect.stringContaining(fix)]);
    expect(readFileSync(join(folder, file), "utf8")).toBe(text);
  }
});
