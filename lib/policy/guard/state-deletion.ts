import { s3Arn } from "../arn";
import { oneOrMany, type Statement } from "../policy-document";
import type { GuardScope, WorkspaceAdmin } from "./guard-scope";
import { allLocks } from "./lock-overwrite";
import { exceptFor } from "./deny-but";
import { grouped } from "../../text/grouped";

/**
 * Denies deleting a state, which Terraform does only in `workspace delete`. Break-glass principals and workspace admins
 * are exempt; {@link confineWorkspaceAdmins} limits workspace admins to their own workspaces.
 */
export function denyStateDeletion(scope: GuardScope): Statement[] {
  if (scope.allow.includes("state-deletion")) return [];
  const admins = confined(scope).map(({ role }) => role);
  return [
    {
      Sid: "DenyStateDeletion",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:DeleteObject",
      NotResource: allLocks(scope),
      ...exceptFor([...scope.breakGlass, ...admins]),
    },
  ];
}

/** Limits each workspace admin to deleting below its own prefixes. Admins with the same prefixes share a statement. */
export function confineWorkspaceAdmins(scope: GuardScope): Statement[] {
  if (scope.allow.includes("state-deletion")) return [];
  const groups = grouped(confined(scope), ({ states }) => JSON.stringify(states));
  return [...groups.values()].map((admins, index) => ({
    Sid: `ConfineWorkspaceAdmins${String(index + 1)}`,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:DeleteObject",
    NotResource: [
      allLocks(scope),
      ...(admins[0]?.states ?? []).map((states) => s3Arn(scope.partition, scope.bucket, states)),
    ],
    Condition: { ArnEquals: { "aws:PrincipalArn": oneOrMany(admins.map(({ role }) => role)) } },
  }));
}

function confined(scope: GuardScope): readonly WorkspaceAdmin[] {
  return scope.workspaceAdmins.filter(({ role }) => !scope.breakGlass.includes(role));
}
