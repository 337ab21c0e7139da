import { found, shown, type Problem } from "../../problem/problem";
import type { GuardConfig } from "../state-config";
import { repeatProblems } from "./repeat-problems";

/** Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html */
const PATH = /^(o-[a-z0-9]{10,32})\/r-[a-z0-9]{4,32}\/(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}\/)*\*?$/;
const NAME = /^([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/** Checks the role of many accounts. */
export function organizationRoleProblems({ organizationRole: role, organization }: GuardConfig): Problem[] {
  if (role === undefined) return [];
  const at = (path: string, message: string, fix: string): Problem => {
    return { code: "organization-role", path: `organizationRole${path}`, message, fix };
  };
  return [
    ...found([
      organization === undefined &&
        at("", "must not be set without organization, got none", "Name the organization in bucket.guard.organization."),
      !NAME.test(role.name) &&
        at(
          ".name",
          `must be the name of a role, with its path if it has one, got ${shown(role.name)}`,
          'Use the part of its ARN after "role/", without wildcards.',
        ),
      role.paths.length === 0 &&
        at(
          ".paths",
          "must hold at least one path, got []",
          "Name the unit of the accounts, or remove organizationRole.",
        ),
    ]),
    ...role.paths.flatMap((path, index) => [
      ...found([
        (PATH.exec(path)?.[1] ?? "") !== (organization ?? PATH.exec(path)?.[1]) &&
          at(
            `.paths[${String(index)}]`,
            `must be a path of the organization${organization === undefined ? "" : ` ${organization}`}, got ${shown(path)}`,
            "Use o-<organization>/r-<root>/ou-<unit>/*, from `aws organizations list-parents`; the `*` covers the units below.",
          ),
      ]),
      ...repeatProblems(role.paths, index, `organizationRole.paths[${String(index)}]`),
    ]),
  ];
}
