import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readBootstrapRecord, writeBootstrapRecord } from "../../lib/record/bootstrap-record-file";
import { places, problemsOf } from "../support/home";
import { scratch } from "../support/scratch";

const RECORD = {
  version: 1,
  bucket: "acme-tfstate",
  region: "eu-central-1",
  account: "123456789012",
  key: "bootstrap/terraform.tfstate",
  lineage: "9a6b7c5d",
} as const;

it("without a file the bootstrap stack's state is local", () => {
  expect(readBootstrapRecord(scratch())).toBeUndefined();
});

it("a record is read back as it was written, in a file made for version control", () => {
  const root = scratch();
  writeBootstrapRecord(root, RECORD);
  expect(readBootstrapRecord(root)).toEqual(RECORD);
  expect(readFileSync(join(root, "bootstrap.state.json"), "utf8")).toBe(`${JSON.stringify(RECORD, null, 2)}\n`);
});

it("a file that is no record is refused, not taken for a missing one", () => {
  const root = scratch();
  writeFileSync(join(root, "bootstrap.state.json"), "");
  expect(places(problemsOf(() => readBootstrapRecord(root)))).toEqual(["bootstrap-record bootstrap.state.json"]);
});
