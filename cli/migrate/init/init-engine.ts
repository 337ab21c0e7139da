import { usualEngine, type Engine } from "../../../lib/engine/engine";
import type { ScannedConfiguration } from "../../../lib/migrate/scan/scan";
import type { CommandContext } from "../../screen/command-context";

/** Returns a function that chooses the engine of a configuration. Only OpenTofu reads a `.tofu` file. */
export function engineFor(
  { engine, workingDirectory }: CommandContext,
  configurations: readonly ScannedConfiguration[],
): (configuration: ScannedConfiguration) => Engine {
  const ofOpenTofu = configurations.filter(({ source }) => source === "opentofu").map(({ root }) => root);
  return ({ source, root, engine: shown }) => {
    const chosen = engine.choose({ root: shown, folder: workingDirectory });
    const isFixed = source === "opentofu" || (source === "terraform" && ofOpenTofu.includes(root));
    return !isFixed || shown === undefined || chosen.name === shown ? chosen : usualEngine(shown);
  };
}
