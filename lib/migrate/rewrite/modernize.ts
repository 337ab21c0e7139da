import type { Configuration } from "../scan/configuration";
import { ASSUME_ROLE, flatArguments, movableRole } from "../scan/flat-role";
import { FLAT_ROLE_ARGUMENTS } from "../scan/known-arguments";
import type { Site } from "../scan/site";
import type { Change } from "./changes";

/**
 * Returns the changes that move the flat arguments of a role into `assume_role`, which Terraform 1.10 and later require. Empty if
 * there is nothing to move, or if a person has to decide.
 */
export function modernizeChanges(
  configuration: Pick<Configuration, "source" | "places">,
): ReadonlyMap<Site, readonly Change[]> {
  const holder = movableRole(configuration);
  if (holder === undefined) return new Map();
  const entries = flatArguments(holder.site).map(({ name }) => ({ from: name, to: FLAT_ROLE_ARGUMENTS[name] ?? name }));
  const changes = entries.map(({ from: name }, index): Change =>
    index === 0 ? { kind: "nest", name, into: ASSUME_ROLE, entries } : { kind: "remove", name },
  );
  return new Map([[holder.site, changes]]);
}
