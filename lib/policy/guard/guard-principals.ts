import { listOf, type PolicyDocument } from "../policy-document";

/**
 * Returns every role and user that the denies of a guard name: by the whole ARN where the guard exempts it, or under any
 * path where the guard confines it.
 */
export function guardPrincipals(guard: PolicyDocument): string[] {
  const named = guard.Statement.filter(({ Effect }) => Effect === "Deny").flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap((keys) => listOf(keys["aws:PrincipalArn"])),
  );
  // The roles that AWS services create for themselves, which nobody names.
  return [...new Set(named)].filter((principal) => !principal.endsWith("/*"));
}
