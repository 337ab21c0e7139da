import type { Attribute } from "../../../hcl/syntax";
import type { Configuration, Place } from "../configuration/configuration";
import { FLAT_ROLE_ARGUMENTS } from "../source/known-arguments";
import { isRewritten } from "../configuration/by-hand";
import { argument, type Site, type SourceFile } from "../source/site";

/** The object that holds what Terraform before 1.10 took as arguments of their own. */
export const ASSUME_ROLE = "assume_role";

/** Seconds outside of `assume_role`. A duration with a unit inside: Terraform refuses `duration = 3600`. */
const SECONDS = "assume_role_duration_seconds";

/** Returns the flat arguments of a role, in the order of the file. */
export function flatArguments({ arguments: given = [] }: Site): readonly Attribute[] {
  return given.filter(({ name }) => Object.hasOwn(FLAT_ROLE_ARGUMENTS, name));
}

/** Returns the unit that a flat argument's value takes inside of `assume_role`. */
export function unitOf(name: string): "s" | undefined {
  return name === SECONDS ? "s" : undefined;
}

/** Returns the value of a flat argument as `assume_role` takes it. */
export function nestedValue(text: string, { name, value }: Attribute): string {
  const written = text.slice(value.start, value.end);
  const unit = unitOf(name);
  return unit === undefined ? written : JSON.stringify(written.replaceAll('"', "") + unit);
}

/**
 * Returns the place whose flat arguments can move into `assume_role` by a rewrite. Undefined if there is nothing to move, or if a
 * person has to decide: the root has an `assume_role` too, its files share the arguments, or they name no role.
 */
export function movableRole({ source, places }: Pick<Configuration, "source" | "places">): Place | undefined {
  if ((source !== "terraform" && source !== "terragrunt") || !isRewritten({ source, places })) return undefined;
  const [holder, ...others] = places.filter(({ site }) => flatArguments(site).length > 0);
  const hasObject = places.some(
    ({ site }) =>
      argument(site, ASSUME_ROLE) !== undefined || (site.blocks ?? []).some(({ type }) => type === ASSUME_ROLE),
  );
  return holder === undefined || others.length > 0 || hasObject || !isPlain(holder) ? undefined : holder;
}

/** True if no argument repeats, one of them names a role, and each value can move as it is. */
function isPlain({ file, site }: Place): boolean {
  const flat = flatArguments(site);
  const names = new Set(flat.map(({ name }) => name));
  const canMove = flat.every((attribute) => isMovable(file, attribute));
  return names.has("role_arn") && names.size === flat.length && canMove;
}

/** False for a heredoc, which has to end its line, for a comment between lines, and for a value that `assume_role` refuses. */
function isMovable({ text }: SourceFile, { name, value }: Attribute): boolean {
  const written = text.slice(value.start, value.end);
  if (written.includes("<<") || /#[^]*\n|\/[/*][^]*\n/.test(written)) return false;
  if (name === "role_arn") return !/^(""|null)$/.test(written);
  return unitOf(name) === undefined || /^("?)\d+\1$/.test(written);
}
