import { oneOrMany, type Statement } from "../policy-document";
import type { GuardException, GuardScope } from "./guard-scope";

/** Returns the condition that exempts principals from a deny. For a session, `aws:PrincipalArn` holds its role. */
export function exceptFor(principals: readonly string[]): Pick<Statement, "Condition"> {
  const each = [...new Set(principals)];
  return each.length === 0 ? {} : { Condition: { ArnNotEquals: { "aws:PrincipalArn": oneOrMany(each) } } };
}

/** Denies an action to everybody but deployers and break-glass, unless the config has the exception. */
export function denyBut(
  scope: GuardScope,
  exception: GuardException,
  denied: Pick<Statement, "Sid" | "Action" | "NotAction" | "Resource" | "NotResource">,
): Statement[] {
  if (scope.deployers.length === 0 || scope.allow.includes(exception)) return [];
  return [{ ...denied, Effect: "Deny", Principal: "*", ...exceptFor([...scope.breakGlass, ...scope.deployers]) }];
}
