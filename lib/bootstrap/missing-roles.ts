import { shown, UserError, type Problem } from "../problem/problem";
import type { AwsPort, Plan } from "./bootstrap-ports";

/**
 * Returns a problem for each role that a plan attaches a policy to and that does not exist: the apply would fail half way.
 * A role that AWS does not let this identity read counts as existing, because the apply needs no such permission.
 */
export async function missingRoleProblems(plan: Plan, aws: AwsPort): Promise<Problem[]> {
  const created = plan.changes.filter(({ type, action }) => type === "aws_iam_role" && action === "create");
  const made = new Set(created.map(({ values }) => values["name"]));
  const roles = new Map<string, string>();
  for (const { type, action, address, values } of plan.changes) {
    const isAttached = type === "aws_iam_role_policy_attachment" && (action === "create" || action === "replace");
    const role = values["role"];
    if (isAttached && typeof role === "string" && !made.has(role) && !roles.has(role)) roles.set(role, address);
  }
  const problems = await Promise.all(
    [...roles].map(async ([role, address]) => ((await isMissing(role, aws)) ? [missingRole(role, address)] : [])),
  );
  return problems.flat();
}

async function isMissing(name: string, aws: AwsPort): Promise<boolean> {
  try {
    return (await aws.existing("aws_iam_role", { name })) === undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function missingRole(name: string, address: string): Problem {
  return {
    code: "role-missing",
    path: address,
    message: `must attach a policy to an existing role, but the account has no role ${shown(name)}`,
    fix: "Create the role, correct its ARN in consumers[].access, or let the stack create it with consumers[].roles. Statelock changed nothing.",
  };
}
