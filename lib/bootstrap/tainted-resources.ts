import { program } from "../engine/spoken-engine";
import type { Problem } from "../problem/problem";
import { parseState } from "../state/parse-state";

/** Resources that the stack never lets the engine destroy. */
const PROTECTED = ["aws_kms_key", "aws_s3_bucket"];

/**
 * Returns a problem for each protected resource that the state marks as tainted, which an apply that ended while it made the
 * resource leaves behind. The engine would replace it, and refuses to: no later run would get further.
 */
export function taintedProblems(stateText: string | undefined): Problem[] {
  const parsed = parseState(stateText ?? "");
  if (!("state" in parsed)) return [];
  const tainted = [...parsed.state.objects].filter(
    ([, { managedType, about }]) => PROTECTED.includes(managedType ?? "") && about["status"] === "tainted",
  );
  return tainted.map(([address]) => ({
    code: "tainted-resource",
    path: address,
    message:
      "must not be tainted, but an apply that ended while it made the resource left it so: the next one would replace it",
    fix: `Run \`${program()} -chdir=cdktf.out/stacks/bootstrap untaint ${address}\` (\`init\` first in a fresh clone), then run the command again: it sets what is missing.`,
  }));
}
