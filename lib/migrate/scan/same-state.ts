import { shown, type Problem } from "../../problem/problem";
import { placeText, type Configuration } from "./configuration";
import type { Setting } from "./phase";

/** Whether two configurations write one state: `maybe` where a bucket or key is computed or in no file. */
export function sameState(left: Configuration, right: Configuration): "yes" | "maybe" | "no" {
  const answers = [sameSetting(left.bucket, right.bucket), sameSetting(left.key, right.key)];
  if (answers.includes("no")) return "no";
  return answers.includes("maybe") ? "maybe" : "yes";
}

/**
 * Finds the configurations that write, or may write, the same state as another: fast where buckets and keys are known,
 * which in a large fleet they are.
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

/** Configurations of one state together; one whose state is not known for itself. */
export function groupedByState<Grouped extends Configuration>(configurations: readonly Grouped[]): Grouped[][] {
  const groups = new Map<string | Grouped, Grouped[]>();
  for (const configuration of configurations) {
    const state = stateOf(configuration) ?? configuration;
    groups.set(state, [...(groups.get(state) ?? []), configuration]);
  }
  return [...groups.values()];
}

/** Two roots that write one state overwrite each other's: nothing about locking mends that. */
export function duplicateProblems(configurations: readonly Configuration[]): Problem[] {
  const [roots, consumers] = [new Map<string, Configuration>(), new Map<string, Configuration>()];
  return configurations.flatMap((configuration) => {
    const { root, source } = configuration;
    const state = stateOf(configuration);
    if (source === "reader" || state === undefined) return [];
    // A consumer is what a config says of a root: the two are one.
    const first = source === "consumer" ? consumers : roots;
    const other = first.get(state);
    if (other === undefined) first.set(state, configuration);
    if (other === undefined || other.root === root) return [];
    return [
      {
        code: "duplicate-key",
        path: placeText(configuration),
        message: `must keep its state where no other root does, got ${shown(`s3://${state}`)}, which is also the state of ${placeText(other)}`,
        fix: "Give one of them its own key and move its state there: with one key each apply overwrites the other's state. If one is a copy that nobody runs, delete it.",
      },
    ];
  });
}

/** `bucket/key`, where both are known. */
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
