import { parseArn, roleName } from "../policy/arn";
import type { PolicyDocument } from "../policy/policy-document";
import { postureChangers } from "../policy/guard/posture-change";
import { found, shown, type Problem } from "../problem/problem";

/** Returns a problem if the guard does not name the identity that deploys it, which could then never change it again. */
export function lockOutProblems(guard: PolicyDocument, identity: string): Problem[] {
  const changers = postureChangers(guard);
  return found([
    changers !== undefined &&
      !changers.some((changer) => isSame(changer, identity)) && {
        code: "guard-deployer",
        path: "bucket.guard.deployers",
        message: `must contain the identity that deploys, ${shown(identity)}, got ${shown(changers)}`,
        fix: "Add that role, or use the credentials of a listed role. Otherwise this guard denies the next deploy.",
      },
  ]);
}

/** True if both ARNs name one principal. A session's ARN has its role's name without the path. */
function isSame(principal: string, identity: string): boolean {
  const [named, actual] = [parseArn(principal), parseArn(identity)];
  if (named === undefined || named.account !== actual?.account) return principal === identity;
  const session = /^assumed-role\/([^/]+)\//.exec(actual.resource)?.[1];
  if (session === undefined) return principal === identity;
  return named.resource.startsWith("role/") && roleName(principal) === session;
}
