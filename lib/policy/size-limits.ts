import { found, type Problem } from "../problem/problem";
import { compactPolicyJson, type PolicyDocument } from "./policy-document";

/** AWS's limits in characters; white space does not count. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const SIZE_LIMITS = {
  /** A customer managed policy; not adjustable. */
  managedPolicy: 6144,
  /** A bucket policy, 20 KB; not adjustable. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html */
  bucketPolicy: 20480,
  /** A key policy, 32 KB; not adjustable. Source: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html */
  keyPolicy: 32768,
  /** A role's trust policy, unless AWS raised the quota; see {@link TRUST_POLICY_QUOTA}. */
  trustPolicy: 2048,
} as const;

/** What the quota of trust policies is, and what AWS raises it to at most. */
export const TRUST_POLICY_QUOTA = { default: SIZE_LIMITS.trustPolicy, most: 4096 } as const;

/** AWS's limits in numbers of things, all adjustable by request; these are the defaults. */
export const COUNT_LIMITS = {
  managedPoliciesPerAccount: 1500,
  managedPoliciesPerRole: 10,
  rolesPerAccount: 1000,
} as const;

/** Characters AWS counts, or a few more: it counts no white space, but does not say whether that holds inside a value. */
export function policySize(document: PolicyDocument): number {
  return compactPolicyJson(document).length;
}

/**
 * A problem where the document is larger than where it is to be attached allows. `fix` is told by how much. `limit` is
 * for quotas that AWS raised.
 */
export function sizeProblems(
  document: PolicyDocument,
  place: keyof typeof SIZE_LIMITS,
  path: string,
  fix: (excess: number) => string,
  limit: number = SIZE_LIMITS[place],
): Problem[] {
  const size = policySize(document);
  return found([
    size > limit && {
      code: "policy-size",
      path,
      message: `must make a policy of at most ${String(limit)} characters, got ${String(size)}`,
      fix: fix(size - limit),
    },
  ]);
}
