import type { MadeRolesConfig, RoleConfig } from "../../lib/config/state-config";
import { ACCOUNT } from "./home";

export const GITHUB_PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
export const SUBJECT = "repo:acme/app:environment:production";

/** What roles share where they trust GitHub Actions. */
export const GITHUB: MadeRolesConfig = { githubActions: { provider: GITHUB_PROVIDER } };

/** A role for jobs of GitHub Actions. */
export function jobs(...subjects: readonly string[]): RoleConfig {
  return { trust: { type: "github-actions", subjects: subjects.length === 0 ? [SUBJECT] : subjects } };
}

/** A role for these principals. */
export function people(...principals: readonly string[]): RoleConfig {
  return { trust: { type: "principals", principals } };
}
