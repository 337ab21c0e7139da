import { parseArn } from "./arn";
import { oneOrMany, policyDocument, type PolicyDocument } from "./policy-document";
import { namedPrincipals } from "./named-principals";
import type { Partition } from "./partition";

/** GitHub's identity provider as IAM of the account knows it. */
export interface GitHubProvider {
  /** ARN of the OIDC provider, in the account of the roles. */
  readonly arn: string;
  /** The `aud` of the tokens. */
  readonly audience: string;
}

/**
 * Trust in jobs of GitHub Actions: those whose token has exactly this audience and one of these subjects. A subject is
 * compared as text, so a wildcard in it would match nothing.
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

/** Trust in roles and users by name. Each needs `sts:AssumeRole` on the role as well, in its own account too. */
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

/** What an OIDC provider's ARN says of it: its URL without `https://`. Condition keys begin with it. */
export function issuerOf(providerArn: string): string {
  return (parseArn(providerArn)?.resource ?? "").replace(/^oidc-provider\//, "");
}
