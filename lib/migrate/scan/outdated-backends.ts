import { shown, type Problem } from "../../problem/problem";
import { placeText, settingOf, type Configuration } from "./configuration";
import { DYNAMODB_TABLE, USE_LOCKFILE } from "./phase";
import { sameState, stateIndex } from "./same-state";

/** What differs between backend files and what synth writes for their consumers. */
export interface OutdatedBackends {
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
    return consumer === undefined ? [] : differences(configuration, consumer);
  });
  return {
    problems: found.filter(({ isMissing }) => !isMissing).map(({ problem }) => problem),
    hints: found.filter(({ isMissing }) => isMissing).map(({ problem }) => problem),
  };
}

interface Difference {
  readonly isMissing: boolean;
  readonly problem: Problem;
}

function differences(configuration: Configuration, consumer: Configuration): Difference[] {
  const names = Object.keys(consumer.consumer?.backend ?? {}).filter(
    (name) => name !== DYNAMODB_TABLE && name !== USE_LOCKFILE,
  );
  return names.flatMap((name) => {
    const [own, written] = [settingOf(configuration, name), settingOf(consumer, name)];
    if (written === undefined || !("value" in written)) return [];
    if (own !== undefined && (!("value" in own) || own.value === written.value)) return [];
    const got = own === undefined ? "no such argument" : shown(own.value);
    return [
      {
        isMissing: own === undefined,
        problem: {
          code: "backend-outdated",
          path: `${placeText(configuration)} ${name}`,
          message: `must be ${shown(written.value)}, as synth writes it for consumer ${shown(consumer.label)}, got ${got}`,
          fix: `Copy the file from cdktf.out/backends/${consumer.label ?? ""} again, and run init -reconfigure.`,
        },
      },
    ];
  });
}
