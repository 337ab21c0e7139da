import { oneOrMany, type Statement } from "../policy-document";
import { denyEverything } from "./deny-everything";
import type { GuardScope } from "./guard-scope";

/** Condition that exempts AWS services, which act in the name of no account. */
export const NO_AWS_SERVICE = { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } } as const;

/**
 * Denies principals outside the bucket's account, the listed accounts and the organization. The deny needs both tests to
 * fail, so a wrong organization ID cannot lock out the bucket's account. Anonymous requests have no account, so the deny
 * applies to them.
 */
export function denyForeignPrincipals(scope: GuardScope): Statement {
  return denyEverything(scope, "DenyForeignPrincipals", {
    StringNotEquals: {
      "aws:PrincipalAccount": oneOrMany([scope.account, ...scope.accounts]),
      ...(scope.organization === undefined ? {} : { "aws:PrincipalOrgID": scope.organization }),
    },
    ...NO_AWS_SERVICE,
  });
}
