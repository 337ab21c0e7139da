import { found, type Problem } from "../problem/problem";
import type { AwsPort, Import, Plan, ResourceChange } from "./bootstrap-ports";

/** Returns the resources that a plan would create although they exist. */
export async function existingResources(plan: Plan, aws: AwsPort): Promise<Import[]> {
  const creates = plan.changes.filter((change) => change.action === "create");
  const found = await Promise.all(
    creates.map(async ({ address, type, values }) => {
      const id = await aws.existing(type, withSiblings(type, values, creates));
      return id === undefined ? [] : [{ to: address, id }];
    }),
  );
  return found.flat();
}

/** Returns the values to search for. A key has no name, so its search uses the alias that the plan creates with it. */
function withSiblings(
  type: string,
  values: ResourceChange["values"],
  creates: readonly ResourceChange[],
): ResourceChange["values"] {
  if (type !== "aws_kms_key") return values;
  return { ...values, alias: creates.find((change) => change.type === "aws_kms_alias")?.values["name"] };
}

/** Returns a problem for each resource that exists but is not in the state. Only --adopt, or an interrupted run, takes it. */
export function unclaimedProblems(imports: readonly Import[]): Problem[] {
  return imports.map(({ to, id }) => ({
    code: "unclaimed-resource",
    path: to,
    message: `must not exist before its first deploy, but ${id} exists and is not in the state`,
    fix: "Run `statelock bootstrap --adopt --dry-run` to see what adopting it would change. Then run it without --dry-run.",
  }));
}

/** Returns the reasons to refuse an adoption: it must destroy nothing, and take nothing from another state home. */
export function adoptionProblems(plan: Plan): Problem[] {
  const destroyed = plan.changes
    .filter((change) => change.action === "delete" || change.action === "replace")
    .map((change) => ({
      code: "adopt-destroys",
      path: change.address,
      message: `must stay when it is adopted, but the plan would ${change.action} it`,
      fix: "Change the config to match the existing resource. Statelock changed nothing.",
    }));
  return [...destroyed, ...plan.changes.flatMap(foreignPolicyProblems)];
}

/**
 * Returns a problem if a policy belongs to another state home. Its name does not show that: `a-b-c` is the policy of
 * consumer `b-c` of bucket `a`, and of consumer `c` of bucket `a-b`. Its resources do.
 */
function foreignPolicyProblems({ address, type, differences }: ResourceChange): Problem[] {
  const policy = differences.find(({ attribute }) => type === "aws_iam_policy" && attribute === "policy");
  const [before, after] = [bucketsIn(policy?.before), bucketsIn(policy?.after)];
  return found([
    before.length > 0 &&
      after.length > 0 &&
      !before.some((bucket) => after.includes(bucket)) && {
        code: "foreign-policy",
        path: address,
        message: `must be for the bucket ${after.join(", ")}, but the policy of that name is for ${before.join(", ")}`,
        fix: "The policy belongs to another state home of this account. Rename the consumer here and set its present key: a policy is named <bucket>-<consumer>-<level>.",
      },
  ]);
}

function bucketsIn(policy: unknown): string[] {
  const names = [...(typeof policy === "string" ? policy : "").matchAll(/:s3:::([a-z0-9.-]+)/g)];
  return [...new Set(names.map(([, name]) => name ?? ""))];
}
