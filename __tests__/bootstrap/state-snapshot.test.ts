import fc from "fast-check";
import { readSnapshot, readState } from "../../lib/bootstrap/state-snapshot";
import { UserError } from "../../lib/problem/problem";

const STATE = {
  version: 4,
  terraform_version: "1.11.4",
  serial: 7,
  lineage: "line-1",
  outputs: {},
  resources: [
    { mode: "managed", type: "aws_s3_bucket", name: "b", instances: [{ attributes: { bucket: "acme-tfstate" } }] },
    { mode: "data", type: "aws_s3_bucket", name: "d", instances: [{ attributes: { bucket: "not-managed" } }] },
    { mode: "managed", type: "aws_iam_policy", name: "p", instances: [{ attributes: { bucket: "no-bucket" } }] },
  ],
};

describe("a state's snapshot", () => {
  it("holds lineage, serial and the buckets it manages", () => {
    expect(readState(JSON.stringify(STATE))).toMatchObject({ lineage: "line-1", serial: 7, buckets: ["acme-tfstate"] });
  });

  it("has one digest whatever the white space and the order of keys", () => {
    const reordered = Object.fromEntries(Object.entries(STATE).reverse());
    expect(readState(JSON.stringify(reordered, null, 2))?.digest).toBe(readState(JSON.stringify(STATE))?.digest);
  });

  it("has another digest for any other content", () => {
    const changed = { ...STATE, outputs: { a: { value: 1, type: "number" } } };
    expect(readState(JSON.stringify(changed))?.digest).not.toBe(readState(JSON.stringify(STATE))?.digest);
  });

  it("is none where the text is no state", () => {
    for (const text of ["", "{}", "null", "[]", '{"lineage": ""}', '{"lineage": "a"}', "not json"]) {
      expect(readState(text)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readState(text)).toBeUndefined();
      }),
    );
  });

  it("is refused, without its content, where something else is found", () => {
    expect(readSnapshot(undefined, "here")).toBeUndefined();
    expect(() => readSnapshot("secret", "terraform.tfstate")).toThrow(UserError);
    expect(() => readSnapshot("secret", "terraform.tfstate")).not.toThrow(/secret/);
  });
});
