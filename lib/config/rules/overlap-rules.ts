import { shown, type Problem } from "../../problem/problem";
import { grouped } from "../../text/grouped";

/** Where the config puts one state: a consumer's, or the bootstrap stack's own. */
export interface ConfiguredState {
  /** Its name in messages. */
  readonly label: string;
  /** Path of its key in the config. */
  readonly keyPath: string;
  /** Path of its workspace key prefix in the config. */
  readonly prefixPath: string;
  readonly key: string;
  readonly workspaceKeyPrefix: string | undefined;
}

/**
 * Returns a problem for each two states that could meet: in one object, because one is where Terraform looks for the
 * other's workspaces, or because `*` in an IAM pattern matches slashes. Linear in the number of states. If many states
 * share a prefix, a problem names the first of them.
 */
export function stateOverlapProblems(states: readonly ConfiguredState[]): Problem[] {
  const byKey = grouped(states, ({ key }) => key);
  const byPrefix = grouped(states, ({ workspaceKeyPrefix }) => workspaceKeyPrefix);
  byPrefix.delete(undefined);
  return [
    ...states.flatMap((state) => sameKeyProblems(state, byKey)),
    ...states.flatMap((state) => insideTreeProblems(state, byPrefix)),
    ...states.flatMap((state) => nestedPrefixProblems(state, byPrefix)),
    ...[...byPrefix.values()].flatMap((sharing) => sharedPrefixProblems(sharing)),
  ];
}

function sameKeyProblems(state: ConfiguredState, byKey: ReadonlyMap<string, readonly ConfiguredState[]>): Problem[] {
  const first = byKey.get(state.key)?.[0];
  if (first === undefined || first === state) return [];
  return [
    {
      code: "duplicate-key",
      path: state.keyPath,
      message: `must be used once, got ${shown(state.key)}, which is also the key of ${first.label}`,
      fix: "Use a key for each consumer: with a shared key, each apply would overwrite the other's state.",
    },
  ];
}

function insideTreeProblems(
  state: ConfiguredState,
  byPrefix: ReadonlyMap<string | undefined, readonly ConfiguredState[]>,
): Problem[] {
  return ancestors(state.key)
    .flatMap((folder) => byPrefix.get(folder)?.find((owner) => owner !== state) ?? [])
    .map((owner) => ({
      code: "key-in-workspaces",
      path: state.keyPath,
      message: `must be outside the workspaces of ${owner.label}, got ${shown(state.key)} below ${shown(owner.workspaceKeyPrefix)}`,
      fix: `Move the key out of ${shown(`${owner.workspaceKeyPrefix ?? ""}/`)}, or use another workspaceKeyPrefix for ${owner.label}.`,
    }));
}

function nestedPrefixProblems(
  state: ConfiguredState,
  byPrefix: ReadonlyMap<string | undefined, readonly ConfiguredState[]>,
): Problem[] {
  const prefix = state.workspaceKeyPrefix;
  if (prefix === undefined) return [];
  return ancestors(prefix)
    .flatMap((folder) => byPrefix.get(folder)?.[0] ?? [])
    .map((owner) => ({
      code: "nested-prefix",
      path: state.prefixPath,
      message: `must not be below another prefix, got ${shown(prefix)} below ${shown(owner.workspaceKeyPrefix)} of ${owner.label}`,
      fix: "Use a prefix for each consumer, with no prefix inside another.",
    }));
}

/** The `*` between prefix and key matches slashes in IAM. So below one prefix, no key may end in "/" and another key. */
function sharedPrefixProblems(sharing: readonly ConfiguredState[]): Problem[] {
  const byKey = grouped(sharing, ({ key }) => key);
  return sharing.flatMap((state) =>
    tails(state.key)
      .flatMap((tail) => byKey.get(tail) ?? [])
      .map((other) => ({
        code: "shared-prefix",
        path: state.prefixPath,
        message: `must not be shared with ${other.label}, got ${shown(state.workspaceKeyPrefix)}: the key ${shown(state.key)} ends in "/" and ${shown(other.key)}`,
        fix: `Use another workspaceKeyPrefix for ${state.label}: policies of ${other.label} would reach its workspaces.`,
      })),
  );
}

/** Returns every folder above a path: for `a/b/c`, `a` and `a/b`. */
function ancestors(path: string): string[] {
  return slashes(path).map((at) => path.slice(0, at));
}

/** Returns every end of a path after a slash: for `a/b/c`, `b/c` and `c`. */
function tails(path: string): string[] {
  return slashes(path).map((at) => path.slice(at + 1));
}

function slashes(path: string): number[] {
  return [...path.matchAll(/\//g)].map(({ index }) => index);
}
