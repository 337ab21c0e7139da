import { buildInventory } from "../../lib/artifacts/build-inventory";
import { papersOf } from "../../lib/home/papers";
import type { ResolveContext } from "../../lib/home/resolve-home";
import { config, home, type ConfigPart } from "./home";

/** A config and the inventory that synth writes for it: path → text. */
export function configFiles(
  folder: string,
  part: ConfigPart,
  context: ResolveContext = {},
): Readonly<Record<string, string>> {
  const at = folder === "." ? "" : `${folder}/`;
  return {
    [`${at}state.config.ts`]: `export const stateConfig = ${JSON.stringify(config(part), null, 2)};\n`,
    [`${at}cdktf.out/inventory.json`]: JSON.stringify(buildInventory(papersOf(home(part, context)))),
  };
}
