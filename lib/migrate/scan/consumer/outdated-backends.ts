import { shown, type Problem } from "../../../problem/problem";
import { placeText, settingOf, type Configuration } from "../configuration/configuration";
import { DYNAMODB_TABLE, USE_LOCKFILE } from "../configuration/phase";
import { sameState, stateIndex } from "../configuration/same-state";
import { consumerArguments } from "../configuration/synthesized-consumer";

/** What differs between backend files and what synth writes for their consumers. */
interface OutdatedBackends {
  /** Arguments with another value. */
  readonly problems: readonly Problem[];
  /** Arguments that a file does not have. */
  readonly hints: readonly Problem[];
}

/**
 * Compares each backend with the one that synth writes for the consumer of the same state. People copy those files into other
 * repositories. The locking arguments are not compared: the phase of the root shows them.
 */
export function outdatedBackends(configurations: readonly Configuration[]): OutdatedBackends {
  const consumersOf = stateIndex(configurations.filter(({ source }) => source === "consumer"));
  const found = configurations.flatMap((configuration) => {
    if (!["terraform", "opentofu", "partial"].includes(configuration.source)) return [];
    const consumer = consumersOf(configuration).find((each) => sameState(configuration, each) === "yes");
    return consumer === undefined ? [] : problemsOf(configuration, consumer);
  });
  return {
    problems: found.filter(({ isMissing }) => !isMissing).map(({ problem }) => problem),
    hints: found.filter(({ isMissing }) => isMissing).map(({ problem }) => problem),
  };
}

/** An argument that a backend has in another way than synth writes it. */
interface Difference {
  readonly name: string;
  /** As synth writes it; undefined if it writes none. */
  readonly written: string | undefined;
  /** As the backend has it; undefined if it has none. */
  readonly own: string | undefined;
}

/** Returns how a backend differs from the one that synth writes for a consumer, besides its locking. */
export function differences(configuration: Configuration, consumer: Configuration): Difference[] {
  const written = new Map(consumer.consumer === undefined ? [] : consumerArguments(consumer.consumer));
  const compared = [...written].filter(([name]) => name !== DYNAMODB_TABLE && name !== USE_LOCKFILE);
  const own = settingOf(configuration, KEY);
  // Where synth does not know the key yet, it writes neither of the two.
  const hasOtherKey = !written.has(KEY) && written.has("encrypt") && own !== undefined && "value" in own;
  return [
    ...compared.flatMap(([name, value]) => {
      const found = settingOf(configuration, name);
      if (found !== undefined && (!("value" in found) || found.value === value)) return [];
      return [{ name, written: value, own: found?.value }];
    }),
    ...(hasOtherKey ? [{ name: KEY, written: undefined, own: own.value }] : []),
  ];
}

const KEY = "kms_key_id";

/** Returns a difference as words. */
export function differenceText({ written, own }: Omit<Difference, "name">, consumer: string | undefined): string {
  const [must, got] = [written, own].map((value) => (value === undefined ? undefined : shown(value)));
  return `must be ${must ?? "left out"}, as synth writes it for consumer ${shown(consumer)}, got ${got ?? "no such argument"}`;
}

/** Returns what to do about a backend that differs from what synth writes. */
export function copyAgain(consumer: string | undefined): string {
  return `Copy the file from cdktf.out/backends/${consumer ?? ""} again, and run init -reconfigure.`;
}

function problemsOf(
  configuration: Configuration,
  consumer: Configuration,
): { readonly isMissing: boolean; readonly problem: Problem }[] {
  return differences(configuration, consumer).map((difference) => ({
    isMissing: difference.own === undefined,
    problem: {
      code: "backend-outdated",
      path: `${placeText(configuration)} ${difference.name}`,
      message: differenceText(difference, consumer.label),
      fix: copyAgain(consumer.label),
    },
  }));
}
