import { parseArn, principalNameOf } from "../policy/arn";
import { provenPrincipals } from "../policy/guard/break-glass-proof";
import { postureChangers } from "../policy/guard/posture-change";
import type { PolicyDocument } from "../policy/policy-document";
import { found, shown, UserError, type Problem } from "../problem/problem";
import { comparePrincipals, isElsewhere, type ReadPrincipal } from "../verify/principal-checks";

/** Who deploys. */
interface Deployer {
  /** ARN that STS returns: of a role's session, of a user, or of the account's root user. */
  readonly identity: string;
  /** ARN of its role that the operator vouches for (`--i-am`), for credentials that may not read IAM. */
  readonly vouched: string | undefined;
}

/**
 * Returns a problem if the guard does not name the identity that deploys it, which could then never change it again, and
 * one for each principal that IAM has under another path. S3 compares whole ARNs, and a session's ARN has no path, so the
 * role of a session is looked up.
 * @throws UserError if IAM does not return the role of the identity, and nobody vouches for it
 */
export async function lockOutProblems(
  guard: PolicyDocument,
  deployer: Deployer,
  account: string,
  read: ReadPrincipal,
): Promise<Problem[]> {
  const elsewhere = (await comparePrincipals(guard, account, read)).filter(isElsewhere).map(({ named, actual }) => ({
    code: "principal-path",
    path: "bucket.guard",
    message: `must name each principal as IAM does, got ${shown(named)}, and IAM has ${shown("value" in actual ? actual.value : "")}`,
    fix: "Correct the path and the case in the config: S3 compares whole ARNs, and would not recognize this principal.",
  }));
  const changers = postureChangers(guard);
  if (changers === undefined) return elsewhere;
  const identity = await wholeArn(deployer, changers, read);
  return found([
    provenPrincipals(guard.Statement).includes(identity) && {
      code: "guard-deployer",
      path: "bucket.guard.breakGlassRequires",
      message: `must not be set while break-glass deploys, got the identity ${shown(identity)}: Statelock cannot see whether its session has what the guard would require`,
      fix: "Use the credentials of a role in bucket.guard.deployers. In an emergency, remove breakGlassRequires for this deploy.",
    },
    !changers.includes(identity) && {
      code: "guard-deployer",
      path: "bucket.guard.deployers",
      message: `must contain the identity that deploys, ${shown(identity)}, got ${shown(changers)}`,
      fix: "Add that role, or use the credentials of a listed role. Otherwise this guard denies the next deploy.",
    },
    ...elsewhere,
  ]);
}

/** Returns the ARN that S3 will compare with the guard. */
async function wholeArn(
  { identity, vouched }: Deployer,
  changers: readonly string[],
  read: ReadPrincipal,
): Promise<string> {
  const name = principalNameOf(identity);
  if (vouched !== undefined) refuseOther(vouched, identity);
  if (name === undefined || parseArn(identity)?.service !== "sts") return identity;
  const actual = await read(name);
  if ("value" in actual && actual.value !== undefined) return actual.value;
  if (vouched !== undefined) return vouched;
  const why = "unreadable" in actual ? actual.unreadable : "IAM has no such role";
  const problem = {
    code: "guard-identity",
    path: "bucket.guard.deployers",
    message: `must contain the identity that deploys, ${shown(identity)}, got ${shown(changers)}, and Statelock could not read the path of its role: ${why}`,
    fix: "Grant iam:GetRole on that role. Or add --i-am with the role's whole ARN: with a wrong one, this guard denies every later deploy.",
  };
  throw new UserError([problem], "unknown");
}

/** @throws UserError if the operator vouches for another principal than STS names */
function refuseOther(vouched: string, identity: string): void {
  const [claimed, actual] = [principalNameOf(vouched), principalNameOf(identity)];
  const isSame =
    parseArn(vouched)?.service === "iam" &&
    claimed !== undefined &&
    claimed.kind === actual?.kind &&
    claimed.account === actual.account &&
    claimed.name === actual.name;
  if (isSame) return;
  const message = `must be the ARN of the identity that deploys, ${shown(identity)}, got ${shown(vouched)}`;
  const fix = "Use arn:<partition>:iam::<account>:role/<path>/<name> of that role, with its path.";
  throw new UserError([{ code: "i-am", path: "--i-am", message, fix }]);
}
