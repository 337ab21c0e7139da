import { decide } from "../../../lab/policy-gate/evaluator";
import { EVERYTHING } from "../../../lab/proof/guard-row";
import { organizationPolicies } from "../../../lib/policy/guard/organization-policies";
import { papersOf } from "../../../lib/home/papers";
import { vocabularyFaults } from "../../support/aws-vocabulary";
import { BREAK_GLASS, DEPLOYER } from "../../support/guard";
import { ACCOUNT, config, home, places, refusals, role } from "../../support/home";

const SCOPE = { partition: "aws", bucket: "acme-tfstate", deployers: [DEPLOYER], breakGlass: [BREAK_GLASS] } as const;
const { scp, rcp } = organizationPolicies(SCOPE);
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const ALL = ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:DeleteBucket"];

/** Whether a principal that IAM lets do everything may do this to a bucket. */
async function passes(principal: string, action: string, bucket: string, policies: "scp" | "rcp"): Promise<boolean> {
  const context = { "aws:PrincipalArn": principal, "aws:PrincipalIsAWSService": "false" };
  const question = { principal, action, resource: `arn:aws:s3:::${bucket}`, account: ACCOUNT, context };
  const documents = policies === "scp" ? { identity: [EVERYTHING, scp] } : { identity: [EVERYTHING], resource: rcp };
  return (await decide(question, documents)) === "Allowed";
}

describe.each(["scp", "rcp"] as const)("the %s", (kind) => {
  it.each(ALL)("keeps %s for deployers and break-glass, also from the account's root user", async (action) => {
    const who = [ROOT, role("admin"), role("deploy"), DEPLOYER, BREAK_GLASS];
    const through = await Promise.all(who.map((principal) => passes(principal, action, SCOPE.bucket, kind)));
    expect(who.filter((_, at) => through[at])).toEqual([DEPLOYER, BREAK_GLASS]);
  });

  it("leaves other buckets alone", async () => {
    expect(await passes(role("admin"), "s3:PutBucketPolicy", "acme-other", kind)).toBe(true);
  });

  it("is made of words that AWS knows", async () => {
    expect(await vocabularyFaults(kind === "scp" ? scp : rcp)).toEqual([]);
  });
});

it("both are written only if the config asks, and need a deployer", () => {
  const guard = { deployers: [DEPLOYER] };
  expect(papersOf(home({ bucket: { guard } })).organizationPolicies).toBeUndefined();
  expect(papersOf(home({ bucket: { guard: { ...guard, organizationPolicies: true } } })).organizationPolicies).toEqual(
    organizationPolicies({ ...SCOPE, breakGlass: [] }),
  );
  expect(places(refusals(config({ bucket: { guard: { organizationPolicies: true } } })))).toEqual([
    "guard-lock-out bucket.guard.organizationPolicies",
  ]);
});
