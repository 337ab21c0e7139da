import { isPermissionSetRole, principalNameOf } from "../../policy/arn";
import { found, shown, type Problem } from "../../problem/problem";
import type { GuardConfig } from "../state-config";

/**
 * Returns a problem for each break-glass principal whose sessions can never have the required proof: the guard would keep
 * it out for good.
 */
export function breakGlassProofProblems({ breakGlass = [], breakGlassRequires: proof }: GuardConfig): Problem[] {
  if (proof === undefined) return [];
  const at = (message: string, fix: string): Problem => {
    return { code: "break-glass-proof", path: "breakGlassRequires", message, fix };
  };
  return found([
    breakGlass.length === 0 &&
      at(`must not be set without breakGlass, got ${shown(proof)}`, "Name the break-glass principal, or remove it."),
    ...breakGlass.map(
      (principal) =>
        isPermissionSetRole(principal) &&
        at(
          `must not be set for a role of IAM Identity Center, got ${shown(proof)} and ${shown(principal)}: AWS sees ${proof === "mfa" ? "no MFA" : "no source identity"} in its sessions`,
          "Remove it and require MFA in Identity Center, or name a role in breakGlass that people assume themselves.",
        ),
    ),
    ...breakGlass.map(
      (principal) =>
        proof === "source-identity" &&
        principalNameOf(principal)?.kind === "user" &&
        at(
          `must not be "source-identity" for a user, got ${shown(principal)}: only the session of a role has a source identity`,
          'Use "mfa", or name a role in breakGlass that this user assumes.',
        ),
    ),
  ]);
}
