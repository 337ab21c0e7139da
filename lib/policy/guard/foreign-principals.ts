import { s3Arn } from "../arn";
import { oneOrMany, type Statement } from "../policy-document";
import type { GuardScope } from "./guard-scope";

/** AWS's own services act under no account's name. */
export const NO_AWS_SERVICE = { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } } as const;

/**
 * Principals that are neither of the bucket's account, nor of a listed account, nor of the organization. Both tests
 * must fail, so a wrong organization id shuts out others but never the account itself. Anonymous requests have no
 * account that is listed.
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
