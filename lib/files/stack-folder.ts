import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError, type Problem } from "../problem/problem";
import type { IsTracked } from "./left-file";

/** What the engine reads beside the synthesized stack: configuration, values of variables, plugins. Source: https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories */
const READ_BY_ENGINE =
  /\.(?:tf|tofu)(?:\.json)?$|^terraform\.tfvars(?:\.json)?$|\.auto\.tfvars(?:\.json)?$|^terraform\.d$/;

/**
 * Refuses a stack's folder that holds code of somebody else: configuration or plugins beside what Statelock writes, or a
 * committed `.terraform`. The engine would run it with the operator's credentials.
 * @param own names of the files that Statelock writes
 * @throws UserError
 */
export function refuseForeignCode(stack: string, own: readonly string[], isTracked: IsTracked): void {
  const names = existsSync(stack) ? readdirSync(stack) : [];
  // cdktf writes this one instead if CDKTF_HCL_OUTPUT is set.
  const ours = names.includes("cdk.tf.json") ? own : [...own, "cdk.tf"];
  const foreign = names.filter((name) => READ_BY_ENGINE.test(name) && !ours.includes(name));
  const data = join(stack, ".terraform");
  const committed = names.includes(".terraform") && isTracked(data);
  const problems = [
    ...foreign.map((name) => foreignProblem(join(stack, name), "one that synth does not write")),
    ...(committed ? [foreignProblem(data, "one that git tracks")] : []),
  ];
  if (problems.length > 0) throw new UserError(problems, "unknown");
}

function foreignProblem(path: string, got: string): Problem {
  return {
    code: "foreign-code",
    path,
    message: `must not be in the folder of the stack: the engine would run it. Got ${got}`,
    fix: "Find out who added it, and remove it (`git rm -r --cached`, if git tracks it). Then run the command again.",
  };
}
