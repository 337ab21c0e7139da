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
 * Returns a trust policy for jobs of GitHub Actions whose token has exactly this audience and one of these subjects. IAM
 * compares a subject as text, so a wildcard in it would match nothing.
 * Source: https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
 */
export function gitHubActionsTrust(provider: GitHubProvider, subjects: readonly string[]): PolicyDocument {
  const issuer = issuerOf(provider.arn);
  return policyDocument([
    {
      Sid: "GitHubActions",
      Effect: "Allow",
      Principal: { Federated: provider.arn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { [`${issuer}:aud`]: provider.audience, [`${issuer}:sub`]: oneOrMany(subjects) },
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
