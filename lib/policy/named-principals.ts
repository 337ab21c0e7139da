import { accountOf } from "./arn";
import { oneOrMany, type Condition, type Statement } from "./policy-document";
import type { Partition } from "./partition";

/**
 * The elements of a statement that say: these roles and users, and nobody else of their accounts. The principal is the
 * account and the name a condition, so that a principal may be made, removed and made again without the policy turning
 * invalid.
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
