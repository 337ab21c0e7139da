import { found, type Problem } from "../problem/problem";
import { compactPolicyJson, type PolicyDocument } from "./policy-document";

/** AWS's limits in characters, without white space. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const SIZE_LIMITS = {
  /** A customer managed policy. AWS does not raise it. */
  managedPolicy: 6144,
  /** A bucket policy, 20 KB. AWS does not raise it. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html */
  bucketPolicy: 20480,
  /** A key policy, 32 KB. AWS does not raise it. Source: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html */
  keyPolicy: 32768,
  /** A service control policy or a resource control policy. AWS does not raise it. */
  organizationPolicy: 5120,
  /** A role's trust policy. AWS may raise it: see {@link TRUST_POLICY_QUOTA}. */
  trustPolicy: 2048,
} as const;

/** The quota of trust policies in characters, and the most that AWS raises it to. */
export const TRUST_POLICY_QUOTA = { default: SIZE_LIMITS.trustPolicy, most: 4096 } as const;

/** The default quotas of an account. AWS raises each of them on request. */
export const COUNT_LIMITS = {
  managedPoliciesPerAccount: 1500,
  managedPoliciesPerRole: 10,
  rolesPerAccount: 1000,
} as const;

/**
 * Returns the size of a policy in characters. It may be a few too many: AWS does not count white space, but does not
 * document whether that includes white space inside a value.
 */
export function policySize(document: PolicyDocument): number {
  return compactPolicyJson(document).length;
}

/**
 * Returns a problem if the document is too large for its place.
 * @param fix returns the next step for a number of characters too many
 * @param limit the account's quota, if AWS raised it; @default - the limit of the place
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
