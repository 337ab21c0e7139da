import { shown, type Problem } from "../../problem/problem";
import { placeText, type Configuration } from "./configuration";
import type { Setting } from "./phase";

/** Compares the states of two configurations. Returns `maybe` if a bucket or key is computed or in no file. */
export function sameState(left: Configuration, right: Configuration): "yes" | "maybe" | "no" {
  const answers = [sameSetting(left.bucket, right.bucket), sameSetting(left.key, right.key)];
  if (answers.includes("no")) return "no";
  return answers.includes("maybe") ? "maybe" : "yes";
}

/**
 * Returns a function that finds the configurations with, or possibly with, the same state as a given one. It is fast for
 * configurations with a known bucket and key.
 */
export function stateIndex<Indexed extends Configuration>(
  configurations: readonly Indexed[],
): (configuration: Configuration) => readonly Indexed[] {
  const known = new Map<string, Indexed[]>();
  const vague: Indexed[] = [];
  for (const configuration of configurations) {
    const state = stateOf(configuration);
    const group = state === undefined ? vague : (known.get(state) ?? []);
    group.push(configuration);
    if (state !== undefined) known.set(state, group);
  }
  return (configuration) => {
    const state = stateOf(configuration);
    const candidates = state === undefined ? configurations : [...(known.get(state) ?? []), ...vague];
    return candidates.filter((other) => sameState(configuration, other) !== "no");
  };
}

/** Groups configurations by state. A configuration with an unknown state is a group of its own. */
export function groupedByState<Grouped extends Configuration>(configurations: readonly Grouped[]): Grouped[][] {
  const groups = new Map<string | Grouped, Grouped[]>();
  for (const configuration of configurations) {
    const state = stateOf(configuration) ?? configuration;
    groups.set(state, [...(groups.get(state) ?? []), configuration]);
  }
  return [...groups.values()];
}

/** Reports two roots with one state. They overwrite each other, and locking does not prevent that. */
export function duplicateProblems(configurations: readonly Configuration[]): Problem[] {
  const [roots, consumers] = [new Map<string, Configuration>(), new Map<string, Configuration>()];
  return configurations.flatMap((configuration) => {
    const { root, source } = configuration;
    const state = stateOf(configuration);
    if (source === "reader" || state === undefined) return [];
    // A consumer and its root are the same thing, described twice.
    const first = source === "consumer" ? consumers : roots;
    const other = first.get(state);
    if (other === undefined) first.set(state, configuration);
    if (other === undefined || other.root === root) return [];
    return [
      {
        code: "duplicate-key",
        path: placeText(configuration),
        message: `must not share its state, got ${shown(`s3://${state}`)}, which is also the state of ${placeText(other)}`,
        fix: "Give one of them its own key and move its state there: with one key, each apply overwrites the state of the other. If one is a copy that nobody runs, delete it.",
      },
    ];
  });
}

/** Returns `bucket/key` if both are known. */
function stateOf({ bucket, key }: Configuration): string | undefined {
  return isValue(bucket) && isValue(key) ? `${bucket.value}/${key.value}` : undefined;
}

function sameSetting(left: Setting, right: Setting): "yes" | "maybe" | "no" {
  if (!isValue(left) || !isValue(right)) return "maybe";
  return left.value === right.value ? "yes" : "no";
}

function isValue(setting: Setting): setting is { readonly value: string } {
  return setting !== undefined && "value" in setting;
}
