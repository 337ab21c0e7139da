import type { PolicyDocument } from "../../lib/policy/policy-document";
import { decide } from "../policy-gate/evaluator";
import type { Judged } from "../policy-gate/policy-gate";
import { policiesFor, type Asked } from "../policy-gate/questions";
import type { GateWorld } from "../policy-gate/world";
import { ORGANIZATION } from "./scenario";

/** Whether a question would be answered with yes to a role with this policy. */
export async function allowed(
  asked: Asked,
  who: { readonly arn: string; readonly policy: PolicyDocument },
  world: GateWorld,
): Promise<boolean> {
  // Nobody signed: no identity has a say.
  if (asked.question.principal === undefined)
    return (await decide(asked.question, policiesFor(asked, undefined, world))) === "Allowed";
  const question = {
    ...asked.question,
    principal: who.arn,
    context: {
      ...asked.question.context,
      "aws:PrincipalArn": who.arn,
      "aws:PrincipalAccount": who.arn.split(":")[4] ?? "",
    },
  };
  const policies = policiesFor(asked, { arn: who.arn, organization: ORGANIZATION, policies: [who.policy] }, world);
  return (await decide(question, policies)) === "Allowed";
}

/** Returns every question that the gate answered with yes. */
export function granted(judged: readonly Judged[]): Asked[] {
  return judged.flatMap(({ asked, existence, refusedBy }) =>
    [...asked, ...(existence === undefined ? [] : [existence])].filter((question) => question !== refusedBy),
  );
}

/** Returns the questions that the policies refuse to the role. */
export async function refusals(
  questions: readonly Asked[],
  who: { readonly arn: string; readonly policy: PolicyDocument },
  world: GateWorld,
): Promise<Asked[]> {
  const refused: Asked[] = [];
  for (const asked of questions) if (!(await allowed(asked, who, world))) refused.push(asked);
  return refused;
}
