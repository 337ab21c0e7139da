import { found, type Problem } from "../problem";
import { compactPolicyJson, type PolicyDocument } from "./document";

/** AWS's limits in characters; white space does not count. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const SIZE_LIMITS = {
  /** A customer managed policy; not adjustable. */
  managedPolicy: 6144,
  /** A bucket policy, 20 KB; not adjustable. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html */
  bucketPolicy: 20480,
  /** A key policy, 32 KB; not adjustable. Source: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html */
  keyPolicy: 32768,
} as const;

/** AWS's limits in numbers of things, all adjustable by request; these are the defaults. */
export const COUNT_LIMITS = {
  managedPoliciesPerAccount: 1500,
  managedPoliciesPerRole: 10,
} as const;

/** Characters AWS counts, or a few more: it counts no white space, but does not say whether that holds inside a value. */
export function policySize(document: PolicyDocument): number {
  return compactPolicyJson(document).length;
}

/** A problem where the document is larger than where it is to be attached allows. `fix` is told by how much. */
export function sizeProblems(
  document: PolicyDocument,
  place: keyof typeof SIZE_LIMITS,
  path: string,
  fix: (excess: number) => string,
): Problem[] {
  const size = policySize(document);
  const limit = SIZE_LIMITS[place];
  return found([
    size > limit && {
      code: "policy-size",
      path,
      message: `must make a policy of at most ${String(limit)} characters, got ${String(size)}`,
      fix: fix(size - limit),
    },
  ]);
}
