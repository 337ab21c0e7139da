import { parseArn } from "./arn";
import { oneOrMany, policyDocument, type PolicyDocument } from "./policy-document";
import { namedPrincipals } from "./named-principals";
import type { Partition } from "./partition";

/** GitHub's OIDC provider in IAM. */
export interface GitHubProvider {
  /** ARN of the OIDC provider, in the account of the roles. */
  readonly arn: string;
  /** The `aud` claim of the tokens. */
  readonly audience: string;
}

/**
 * The claims of GitHub besides `aud` and `sub` that STS knows and that name a place.
 * Source: https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
 */
export const OIDC_CLAIMS = ["environment", "job_workflow_ref", "ref", "repository_id", "repository_owner_id"] as const;
type OidcClaim = (typeof OIDC_CLAIMS)[number];

/**
 * Returns a trust policy for jobs of GitHub Actions whose token has exactly this audience and one of these subjects, and one of
 * the values of each claim. IAM compares a subject as text, so a wildcard in it would match nothing.
 * Source: https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
 */
export function gitHubActionsTrust(
  provider: GitHubProvider,
  subjects: readonly string[],
  claims: Readonly<Partial<Record<OidcClaim, readonly string[]>>> = {},
): PolicyDocument {
  const issuer = issuerOf(provider.arn);
  const others = OIDC_CLAIMS.flatMap((claim) => {
    const values = claims[claim];
    return values === undefined ? [] : [[`${issuer}:${claim}`, oneOrMany(values)] as const];
  });
  return policyDocument([
    {
      Sid: "GitHubActions",
      Effect: "Allow",
      Principal: { Federated: provider.arn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: provider.audience,
          [`${issuer}:sub`]: oneOrMany(subjects),
          ...Object.fromEntries(others),
        },
      },
    },
  ]);
}

/** Returns a trust policy for roles and users. Each also needs `sts:AssumeRole` on the role in a policy of its own. */
export function principalsTrust(partition: Partition, principals: readonly string[]): PolicyDocument {
  return policyDocument([
    {
      Sid: "NamedPrincipals",
      Effect: "Allow",
      ...namedPrincipals(partition, principals),
      Action: "sts:AssumeRole",
    },
  ]);
}

/** Returns the issuer of an OIDC provider: its URL without `https://`. Condition keys begin with the issuer. */
export function issuerOf(providerArn: string): string {
  return (parseArn(providerArn)?.resource ?? "").replace(/^oidc-provider\//, "");
}
