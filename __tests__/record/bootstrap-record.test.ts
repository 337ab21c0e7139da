import fc from "../support/fuzz";
import { parseBootstrapRecord, type BootstrapRecord } from "../../lib/record/bootstrap-record";
import { text } from "../support/home";

const RECORD: BootstrapRecord = {
  version: 1,
  bucket: "acme-tfstate",
  region: "eu-central-1",
  account: "123456789012",
  key: "bootstrap/terraform.tfstate",
  lineage: "9a6b7c5d",
};

it("a record is read as it was written", () => {
  expect(parseBootstrapRecord(JSON.stringify(RECORD))).toEqual(RECORD);
});

it("the list of what is deployed is read, and fields of a later version are kept", () => {
  const deployed = { encryption: "created-key", createdKey: { alias: "alias/a", tags: 1 }, consumers: [], later: 1 };
  const later = { ...RECORD, deployed, later: { any: true } };
  expect(parseBootstrapRecord(JSON.stringify(later))).toEqual(later);
});

it.each([
  "",
  "{}",
  "null",
  "[]",
  JSON.stringify({ ...RECORD, version: 2 }),
  JSON.stringify({ ...RECORD, lineage: undefined }),
  JSON.stringify({ ...RECORD, deployed: { encryption: "sse-s3" } }),
])("%s is not a record", (content) => {
  expect(parseBootstrapRecord(content)).toMatchObject({ code: "bootstrap-record", path: "bootstrap.state.json" });
});

it("the problem says how to get the file back", () => {
  const problem = parseBootstrapRecord("<<<<<<< HEAD");
  expect("code" in problem ? text([problem]) : problem).toMatchInlineSnapshot(`
    "[bootstrap-record] bootstrap.state.json must be a record that \`statelock bootstrap\` wrote, got something else
      -> Restore the file from version control, or delete it and run \`statelock bootstrap\`, which finds the state again."
  `);
});

it("no text makes it throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
      expect(parseBootstrapRecord(content)).toHaveProperty("code");
    }),
  );
});
