import { s3Arn } from "../arn";
import { policyDocument, type PolicyDocument, type Statement } from "../policy-document";
import { NO_AWS_SERVICE } from "./foreign-principals";
import type { GuardScope } from "./guard-scope";
import { exceptFor } from "./deny-but";

/**
 * Policies of AWS Organizations that keep the guard in place. Statelock writes them, and does not attach them.
 * @example
 * const policies: OrganizationPolicies | undefined = papersOf(home).organizationPolicies;
 */
export interface OrganizationPolicies {
  /** Service control policy: for the principals of the accounts that it is attached to. */
  readonly scp: PolicyDocument;
  /** Resource control policy: for everybody who asks for the bucket, in whatever account. */
  readonly rcp: PolicyDocument;
}

/**
 * Returns the policies that keep everybody but deployers and break-glass from dropping the guard. The account's root user may
 * do so whatever the bucket policy says, unless a policy of the organization denies it. Neither applies to the organization's
 * management account.
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export function organizationPolicies(
  scope: Pick<GuardScope, "partition" | "bucket" | "deployers" | "breakGlass">,
): OrganizationPolicies {
  const { Condition } = exceptFor([...scope.deployers, ...scope.breakGlass]);
  const statement: Statement = {
    Sid: "KeepGuard",
    Effect: "Deny",
    Action: ["s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketPolicy"],
    Resource: s3Arn(scope.partition, scope.bucket),
    Condition: Condition ?? {},
  };
  return {
    scp: policyDocument([statement]),
    rcp: policyDocument([{ ...statement, Principal: "*", Condition: { ...Condition, ...NO_AWS_SERVICE } }]),
  };
}
