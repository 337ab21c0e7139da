import { shown, type Problem } from "../../problem/problem";

/** Where a state lies: a consumer's, or the bootstrap stack's own. */
export interface ConfiguredState {
  /** How messages call it. */
  readonly label: string;
  /** Paths of its key and its prefix in the config. */
  readonly keyPath: string;
  readonly prefixPath: string;
  readonly key: string;
  readonly workspaceKeyPrefix: string | undefined;
}

/**
 * Two states must never meet: not in one object, not because one lies where Terraform looks for the other's workspaces,
 * and not because `*` in an IAM pattern crosses slashes. Linear in the number of places; where many share a prefix, a
 * problem names the first of them.
 */
export function stateOverlapProblems(places: readonly ConfiguredState[]): Problem[] {
  const byKey = groupBy(places, (place) => place.key);
  const byPrefix = groupBy(places, (place) => place.workspaceKeyPrefix);
  return [
    ...places.flatMap((place) => sameKeyProblems(place, byKey)),
    ...places.flatMap((place) => insideTreeProblems(place, byPrefix)),
    ...places.flatMap((place) => nestedPrefixProblems(place, byPrefix)),
    ...[...byPrefix.values()].flatMap((sharing) => sharedPrefixProblems(sharing)),
  ];
}

function sameKeyProblems(place: ConfiguredState, byKey: ReadonlyMap<string, readonly ConfiguredState[]>): Problem[] {
  const first = byKey.get(place.key)?.[0];
  if (first === undefined || first === place) return [];
  return [
    {
      code: "duplicate-key",
      path: place.keyPath,
      message: `must be used once, got ${shown(place.key)}, which is also the key of ${first.label}`,
      fix: "Give each consumer its own key: with one key, each apply would overwrite the other's state.",
    },
  ];
}

function insideTreeProblems(
  place: ConfiguredState,
  byPrefix: ReadonlyMap<string, readonly ConfiguredState[]>,
): Problem[] {
  return ancestors(place.key)
    .flatMap((folder) => byPrefix.get(folder)?.find((owner) => owner !== place) ?? [])
    .map((owner) => ({
      code: "key-in-workspaces",
      path: place.keyPath,
      message: `must lie outside the workspaces of ${owner.label}, got ${shown(place.key)} below ${shown(owner.workspaceKeyPrefix)}`,
      fix: `Move the key out of ${shown(`${owner.workspaceKeyPrefix ?? ""}/`)}, or give ${owner.label} another workspaceKeyPrefix.`,
    }));
}

function nestedPrefixProblems(
  place: ConfiguredState,
  byPrefix: ReadonlyMap<string, readonly ConfiguredState[]>,
): Problem[] {
  const prefix = place.workspaceKeyPrefix;
  if (prefix === undefined) return [];
  return ancestors(prefix)
    .flatMap((folder) => byPrefix.get(folder)?.[0] ?? [])
    .map((owner) => ({
      code: "nested-prefix",
      path: place.prefixPath,
      message: `must not lie below another's, got ${shown(prefix)} below ${shown(owner.workspaceKeyPrefix)} of ${owner.label}`,
      fix: "Give each consumer a prefix of its own, none inside another.",
    }));
}

/** In IAM the star between prefix and key crosses slashes: below one prefix no key may end in "/" and another's key. */
function sharedPrefixProblems(sharing: readonly ConfiguredState[]): Problem[] {
  const byKey = groupBy(sharing, (place) => place.key);
  return sharing.flatMap((place) =>
    tails(place.key)
      .flatMap((tail) => byKey.get(tail) ?? [])
      .map((other) => ({
        code: "shared-prefix",
        path: place.prefixPath,
        message: `must not be shared with ${other.label}, got ${shown(place.workspaceKeyPrefix)}: the key ${shown(place.key)} ends in "/" and ${shown(other.key)}`,
        fix: `Give ${place.label} a workspaceKeyPrefix of its own: policies of ${other.label} would reach its workspaces.`,
      })),
  );
}

/** Every folder above a path: `a/b/c` lies below `a` and `a/b`. */
function ancestors(path: string): string[] {
  return slashes(path).map((at) => path.slice(0, at));
}

/** Every end of a path behind a slash: `a/b/c` ends in `b/c` and `c`. */
function tails(path: string): string[] {
  return slashes(path).map((at) => path.slice(at + 1));
}

function slashes(path: string): number[] {
  const found: number[] = [];
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) found.push(at);
  return found;
}

function groupBy(
  places: readonly ConfiguredState[],
  keyOf: (place: ConfiguredState) => string | undefined,
): Map<string, ConfiguredState[]> {
  const groups = new Map<string, ConfiguredState[]>();
  for (const place of places) {
    const key = keyOf(place);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [place]);
    else group.push(place);
  }
  return groups;
}
