import { argumentPath, type Configuration } from "../scan/configuration/configuration";
import { exclusivePairs } from "../scan/obstacle/exclusive-arguments";
import { ASSUME_ROLE, flatArguments, movableRole } from "../scan/obstacle/flat-role";
import { FLAT_ROLE_ARGUMENTS } from "../scan/source/known-arguments";
import { isRewritten } from "../scan/configuration/by-hand";
import { blockPath, isAssignable } from "../scan/obstacle/refused-arguments";
import { argument, type Site } from "../scan/source/site";
import type { Change } from "./changes";

type Modernized = Pick<Configuration, "source" | "places">;

/**
 * Returns the changes that replace what engines with `use_lockfile` refuse, where that is exact. Empty if there is nothing to replace, or
 * if a person has to decide.
 *
 * - The flat arguments of a role move into `assume_role`.
 * - A block becomes the argument of the same name.
 * - An argument goes if its successor beside it says the same.
 */
export function modernizeChanges(configuration: Modernized): ReadonlyMap<Site, readonly Change[]> {
  if (configuration.source === "reader" || !isRewritten(configuration)) return new Map();
  const holder = movableRole(configuration);
  const repeated = exclusivePairs(configuration, { takesFlatRole: false }).filter(({ isRepeated }) => isRepeated);
  const changes = configuration.places.map(({ site, file }): [Site, Change[]] => [
    site,
    [
      ...(site === holder?.site ? roleChanges(site) : []),
      ...(site.blocks ?? [])
        .filter((block) => isAssignable(site, block))
        .map(({ type }): Change => ({ kind: "assign", name: type })),
      ...repeated
        .filter(({ place }) => place.site === site && place.file === file)
        .map(({ attribute }): Change => ({ kind: "remove", name: attribute.name })),
    ],
  ]);
  return new Map(changes.filter(([, made]) => made.length > 0));
}

function roleChanges(site: Site): Change[] {
  const entries = flatArguments(site).map(({ name }) => ({ from: name, to: FLAT_ROLE_ARGUMENTS[name] ?? name }));
  return entries.map(({ from: name }, index): Change =>
    index === 0 ? { kind: "nest", name, into: ASSUME_ROLE, entries } : { kind: "remove", name },
  );
}

/** Returns the paths of the obstacles that the changes remove. */
export function modernizedPaths(configuration: Modernized): ReadonlySet<string> {
  const changes = modernizeChanges(configuration);
  return new Set(
    configuration.places.flatMap((place) =>
      (changes.get(place.site) ?? []).flatMap(({ kind, name }) => {
        if (kind === "assign")
          return (place.site.blocks ?? []).filter(({ type }) => type === name).map((block) => blockPath(place, block));
        const attribute = argument(place.site, name);
        return attribute === undefined ? [] : [argumentPath(place, attribute)];
      }),
    ),
  );
}
