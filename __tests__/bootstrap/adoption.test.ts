import { adoptionProblems } from "../../lib/bootstrap/adoption";
import type { ResourceChange } from "../../lib/bootstrap/bootstrap-ports";
import { papersOf } from "../../lib/home/papers";
import { compactPolicyJson } from "../../lib/policy/policy-document";
import { home, places, text } from "../support/home";

/** The reader's policy of a home's only consumer: its name and its document. */
function reader(bucket: string, consumer: string): { name: string; policy: string } {
  const of = home({ bucket: { name: bucket }, consumers: [{ name: consumer }] });
  const [only] = papersOf(of).consumers.flatMap(({ managed }) => managed);
  if (only === undefined) throw new Error("The test's home has no policy.");
  return { name: only.name, policy: compactPolicyJson(only.document) };
}

function imported(before: string, after: string, type = "aws_iam_policy"): ResourceChange {
  const differences = [{ attribute: "policy", before, after }];
  return { address: `${type}.p`, type, action: "update", values: {}, before: {}, differences };
}

const problems = (...changes: ResourceChange[]): string[] =>
  places(adoptionProblems({ changes, outputsChange: false }));

describe("a policy whose name two homes want", () => {
  const ours = reader("acme-tf", "b-c");
  const theirs = reader("acme-tf-b", "c");

  it("is one that exists", () => {
    expect(ours.name).toBe(theirs.name);
  });

  it("is not taken from the other", () => {
    const change = imported(theirs.policy, ours.policy);
    expect(text(adoptionProblems({ changes: [change], outputsChange: false }))).toMatchInlineSnapshot(`
      "[foreign-policy] aws_iam_policy.p must be for the bucket acme-tf, but the policy of that name is for acme-tf-b
        -> The policy belongs to another state home of this account. Rename the consumer here and set its present key: a policy is named <bucket>-<consumer>-<level>."
    `);
  });
});

it("a policy about our bucket is taken over, whatever else it allows, and so is one about none", () => {
  const { policy } = reader("acme", "app");
  const more = JSON.stringify(["arn:aws:s3:::other/*", policy]);
  expect(problems(imported(policy.replaceAll("GetObject", "PutObject"), policy))).toEqual([]);
  expect(problems(imported(more, policy))).toEqual([]);
  expect(problems(imported("{}", policy))).toEqual([]);
});

it("judges only managed policies in this way: a bucket policy is found by its bucket", () => {
  const { policy } = reader("acme", "app");
  expect(problems(imported("arn:aws:s3:::other/*", policy, "aws_s3_bucket_policy"))).toEqual([]);
});

it("replaces and deletes nothing", () => {
  const change = { address: "a.b", type: "a", values: {}, before: {}, differences: [] };
  expect(problems({ ...change, action: "replace" }, { ...change, action: "delete" })).toEqual([
    "adopt-destroys a.b",
    "adopt-destroys a.b",
  ]);
  expect(problems({ ...change, action: "update" }, { ...change, action: "create" })).toEqual([]);
});
