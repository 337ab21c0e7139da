import { found, type Problem } from "../problem/problem";
import type { AwsPort, Import, Plan, PlannedChange } from "./port";

/** The resources a plan would create although they exist. */
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

/** A key has no name of its own: it is found by the alias that is planned with it. */
function withSiblings(
  type: string,
  values: PlannedChange["values"],
  creates: readonly PlannedChange[],
): PlannedChange["values"] {
  if (type !== "aws_kms_key") return values;
  return { ...values, alias: creates.find((change) => change.type === "aws_kms_alias")?.values["name"] };
}

/** What exists is taken over only when that was asked for, or when an interrupted run of ours made it. */
export function unclaimedProblems(imports: readonly Import[]): Problem[] {
  return imports.map(({ to, id }) => ({
    code: "unclaimed-resource",
    path: to,
    message: `must not exist before it is deployed, but it does, as ${id}, and the state does not know it`,
    fix: "Run `statelock bootstrap --adopt --dry-run` to see what taking it over would change, then without --dry-run.",
  }));
}

/** Adopting changes settings; it never destroys anything, and it takes nothing from another home. */
export function adoptionProblems(plan: Plan): Problem[] {
  const destroyed = plan.changes
    .filter((change) => change.action === "delete" || change.action === "replace")
    .map((change) => ({
      code: "adopt-destroys",
      path: change.address,
      message: `must be taken over as it is, but the plan would ${change.action} it`,
      fix: "Bring the config in line with what exists; nothing was changed.",
    }));
  return [...destroyed, ...plan.changes.flatMap(foreignPolicyProblems)];
}

/**
 * A managed policy's name does not say where the bucket's ends: bucket `a` with consumer `b-c` wants the one of bucket
 * `a-b` with consumer `c`. What it is about does.
 */
function foreignPolicyProblems({ address, type, differences }: PlannedChange): Problem[] {
  const policy = differences.find(({ attribute }) => type === "aws_iam_policy" && attribute === "policy");
  const [before, after] = [bucketsIn(policy?.before), bucketsIn(policy?.after)];
  return found([
    before.length > 0 &&
      after.length > 0 &&
      !before.some((bucket) => after.includes(bucket)) && {
        code: "foreign-policy",
        path: address,
        message: `must be about the bucket ${after.join(", ")}, but the policy of that name is about ${before.join(", ")}`,
        fix: "Another state home of this account has it. Rename the consumer here (give it the key it has now): the policy is called <bucket>-<consumer>-<level>.",
      },
  ]);
}

function bucketsIn(policy: unknown): string[] {
  const names = [...(typeof policy === "string" ? policy : "").matchAll(/:s3:::([a-z0-9.-]+)/g)];
  return [...new Set(names.map(([, name]) => name ?? ""))];
}
