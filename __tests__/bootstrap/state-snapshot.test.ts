import fc from "../support/fuzz";
import { readSnapshot } from "../../lib/bootstrap/state-snapshot";
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

const snapshot = (state: object, space = 0): ReturnType<typeof readSnapshot> =>
  readSnapshot(JSON.stringify(state, null, space), "here");

describe("a state's snapshot", () => {
  it("holds lineage, serial and the buckets it manages", () => {
    expect(snapshot(STATE)).toMatchObject({ lineage: "line-1", serial: 7, buckets: ["acme-tfstate"] });
  });

  it("has one digest whatever the white space and the order of keys", () => {
    const reordered = Object.fromEntries(Object.entries(STATE).reverse());
    expect(snapshot(reordered, 2)?.digest).toBe(snapshot(STATE)?.digest);
  });

  it("has another digest for any other content", () => {
    const changed = { ...STATE, outputs: { a: { value: 1, type: "number" } } };
    expect(snapshot(changed)?.digest).not.toBe(snapshot(STATE)?.digest);
  });

  it("is refused if the text is not a state", () => {
    for (const text of ["", "{}", "null", "[]", '{"lineage": ""}', '{"lineage": "a"}', "not json"]) {
      expect(() => readSnapshot(text, "here")).toThrow(UserError);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readSnapshot(text, "here")).toThrow(UserError);
      }),
    );
  });

  it("is refused without showing its content if it is something else", () => {
    expect(readSnapshot(undefined, "here")).toBeUndefined();
    expect(() => readSnapshot("secret", "terraform.tfstate")).toThrow(UserError);
    expect(() => readSnapshot("secret", "terraform.tfstate")).not.toThrow(/secret/);
  });
});
