import type { Engine } from "../../engine/engine";
import { product } from "../../engine/spoken-engine";
import { shown, type Problem } from "../../problem/problem";
import { evaluated } from "../live/known-place";
import { liveTarget, type LiveDefaults, type LiveTarget } from "../live/live-target";
import { deployFirst } from "../live/overlap";
import { ownEndpoints } from "../live/own-access";
import { DEFAULT_WORKSPACE_KEY_PREFIX } from "../../state/state-keys";
import { placeText, settingOf, type Configuration } from "../scan/configuration/configuration";
import type { Setting } from "../scan/configuration/phase";
import { sameState, stateIndex } from "../scan/configuration/same-state";
import type { ScannedConfiguration } from "../scan/scan";
import type { InitRoot, InitSetup } from "./init-port";
import { grouped } from "../../text/grouped";

/**
 * Returns each folder that an engine runs in, with every way to set it up. A folder that two engines configure is two roots.
 * @param engineFor chooses the engine of a configuration
 * @param defaults values for roots whose files do not name them
 */
export function rootsToInit(
  configurations: readonly ScannedConfiguration[],
  engineFor: (configuration: ScannedConfiguration) => Engine,
  defaults: LiveDefaults,
): InitRoot[] {
  const setups = configurations
    .filter(({ source }) => source === "terraform" || source === "opentofu" || source === "cdktf")
    .map((of) => ({ root: of.root, engine: engineFor(of), setup: setupOf(of, defaults) }));
  return [...grouped(setups, ({ root, engine }) => `${engine.name} ${root}`).values()].flatMap((those) =>
    those.slice(0, 1).map(({ root, engine }) => ({ root, engine, setups: those.map(({ setup }) => setup) })),
  );
}

function setupOf(written: ScannedConfiguration, defaults: LiveDefaults): InitSetup {
  const configuration = defaults.known === undefined ? written : evaluated(written, defaults.known);
  const endpoints = ownEndpoints(configuration);
  return {
    partials: configuration.places.filter(({ site }) => site.role === "partial").map(({ file }) => file.path),
    bucket: valueOf(configuration.bucket),
    key: valueOf(configuration.key),
    prefix: prefixOf(configuration),
    endpoint: "computed" in endpoints ? undefined : endpoints.endpointUrl,
    locksIn: locksIn(written, defaults),
  };
}

/** Returns the roots that Terragrunt initializes. */
export function terragruntRoots(configurations: readonly Configuration[]): string[] {
  return [...new Set(configurations.filter(({ source }) => source === "terragrunt").map(({ root }) => root))];
}

/** Returns a problem for each selected consumer whose stack is not selected: the engine runs in the stack. */
export function notInitialized(selected: readonly ScannedConfiguration[]): Problem[] {
  const hasStack = ({ root }: ScannedConfiguration): boolean =>
    selected.some(({ synthesizedFrom }) => synthesizedFrom === root);
  return selected
    .filter((configuration) => configuration.source === "consumer" && !hasStack(configuration))
    .map((consumer) => ({
      code: "consumer-root",
      path: placeText(consumer),
      message: `must be a root that ${product()} runs in, got the consumer ${shown(consumer.label ?? consumer.root)} of a config`,
      fix: `${deployFirst(consumer.label ?? consumer.root)}.`,
    }));
}

/** Returns the consumers that no run of `init` reaches: neither their stack nor a root on their state is selected. */
export function skippedConsumers(selected: readonly ScannedConfiguration[]): ScannedConfiguration[] {
  const stateOf = stateIndex(selected.filter(({ source }) => source !== "consumer" && source !== "reader"));
  return selected.filter(
    (each) =>
      each.source === "consumer" &&
      !selected.some(({ synthesizedFrom }) => synthesizedFrom === each.root) &&
      !stateOf(each).some((root) => sameState(each, root) === "yes"),
  );
}

function locksIn(configuration: ScannedConfiguration, defaults: LiveDefaults): LiveTarget | undefined {
  if (configuration.phase !== "both" && configuration.phase !== "lockfile") return undefined;
  const target = liveTarget(configuration, defaults);
  return "code" in target ? undefined : target;
}

/** A backend whose files name bucket and key has the default prefix if they name none. */
function prefixOf(configuration: Configuration): string | undefined {
  const prefix = settingOf(configuration, "workspace_key_prefix");
  const isWhole = configuration.bucket !== undefined && configuration.key !== undefined;
  return prefix === undefined && isWhole ? DEFAULT_WORKSPACE_KEY_PREFIX : valueOf(prefix);
}

function valueOf(setting: Setting): string | undefined {
  return setting !== undefined && "value" in setting ? setting.value : undefined;
}
