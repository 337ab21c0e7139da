import { s3Arn } from "../arn";
import { oneOrMany, type Statement } from "../policy-document";
import type { GuardScope } from "./guard-scope";

/** Condition that exempts AWS services, which act in the name of no account. */
export const NO_AWS_SERVICE = { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } } as const;

/**
 * Denies principals outside the bucket's account, the listed accounts and the organization. The deny needs both tests to
 * fail, so a wrong organization ID cannot lock out the bucket's account. Anonymous requests have no account, so the deny
 * applies to them.
 */
export function denyForeignPrincipals(scope: GuardScope): Statement {
  return {
    Sid: "DenyForeignPrincipals",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [s3Arn(scope.partition, scope.bucket), s3Arn(scope.partition, scope.bucket, "*")],
    Condition: {
      StringNotEquals: {
        "aws:PrincipalAccount": oneOrMany([scope.account, ...scope.accounts]),
        ...(scope.organization === undefined ? {} : { "aws:PrincipalOrgID": scope.organization }),
      },
      ...NO_AWS_SERVICE,
    },
  };
}
