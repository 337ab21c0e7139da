import { FLAT_ROLE_ARGUMENTS } from "../scan/known-arguments";
import type { Configuration, Place } from "../scan/configuration";
import { argument, type Site } from "../scan/site";
import type { Change } from "./changes";

/** The object that holds what Terraform before 1.10 took as arguments of their own. */
const ASSUME_ROLE = "assume_role";

/**
 * Returns the changes that move the flat arguments of a role into `assume_role`, which Terraform 1.10 and later require. Empty if
 * there is nothing to move, or if a person has to decide: the root has an `assume_role` too, or its files share the arguments.
 */
export function modernizeChanges({
  source,
  places,
}: Pick<Configuration, "source" | "places">): ReadonlyMap<Site, readonly Change[]> {
  if (source !== "terraform") return new Map();
  const holders = places.filter(({ site }) => flatArguments(site).length > 0);
  const [holder] = holders;
  const hasObject = places.some(
    ({ site }) =>
      argument(site, ASSUME_ROLE) !== undefined || (site.blocks ?? []).some(({ name }) => name === ASSUME_ROLE),
  );
  if (holder === undefined || holders.length > 1 || hasObject || !isPlain(holder)) return new Map();
  const [first, ...others] = flatArguments(holder.site);
  if (first === undefined) return new Map();
  const entries = [first, ...others].map((name) => ({ from: name, to: FLAT_ROLE_ARGUMENTS[name] ?? name }));
  return new Map([
    [
      holder.site,
      [
        { kind: "nest", name: first, into: ASSUME_ROLE, entries },
        ...others.map((name) => ({ kind: "remove", name }) as const),
      ],
    ],
  ]);
}

function flatArguments({ arguments: given = [] }: Site): string[] {
  return given.map(({ name }) => name).filter((name) => Object.hasOwn(FLAT_ROLE_ARGUMENTS, name));
}

/** True if no argument repeats, and no value is a heredoc, which has to end its line. */
function isPlain({ file, site }: Place): boolean {
  const names = flatArguments(site);
  const isHeredoc = names.some((name) => {
    const value = argument(site, name)?.value;
    return value !== undefined && file.text.slice(value.start, value.end).includes("<<");
  });
  return new Set(names).size === names.length && !isHeredoc && site.heredoc === undefined;
}
