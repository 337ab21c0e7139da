import { parseArn, roleName } from "../policy/arn";
import type { PolicyDocument } from "../policy/policy-document";
import { postureChangers } from "../policy/guard/posture-change";
import { found, shown, type Problem } from "../problem/problem";

/** Whoever deploys a guard that does not know them could never change it again. */
export function lockOutProblems(guard: PolicyDocument, identity: string): Problem[] {
  const changers = postureChangers(guard);
  return found([
    changers !== undefined &&
      !changers.some((changer) => isSame(changer, identity)) && {
        code: "guard-deployer",
        path: "bucket.guard.deployers",
        message: `must name who deploys, got ${shown(changers)}, and the credentials are of ${shown(identity)}`,
        fix: "Add that role, or use credentials of one that is named: with this guard the next deploy would be refused.",
      },
  ]);
}

/** A session's ARN holds its role's name without the path. */
function isSame(principal: string, identity: string): boolean {
  const [named, actual] = [parseArn(principal), parseArn(identity)];
  if (named === undefined || named.account !== actual?.account) return principal === identity;
  const session = /^assumed-role\/([^/]+)\//.exec(actual.resource)?.[1];
  if (session === undefined) return principal === identity;
  return named.resource.startsWith("role/") && roleName(principal) === session;
}
