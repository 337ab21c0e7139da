import { accountOf } from "./arn";
import { oneOrMany, type Condition, type Statement } from "./policy-document";
import type { Partition } from "./partition";

/**
 * Returns the elements that limit a statement to these roles and users. The principal is the account and the name is a
 * condition, so the policy stays valid when somebody deletes a role and creates it again.
 */
export function namedPrincipals(
  partition: Partition,
  principals: readonly string[],
  condition: Condition = {},
): Required<Pick<Statement, "Principal" | "Condition">> {
  const accounts = [...new Set(principals.map(accountOf))];
  return {
    Principal: { AWS: oneOrMany(accounts.map((account) => `arn:${partition}:iam::${account}:root`)) },
    Condition: { ...condition, ArnEquals: { "aws:PrincipalArn": oneOrMany(principals) } },
  };
}
