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
