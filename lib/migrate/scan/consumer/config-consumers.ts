import { CONFIG_FILES } from "../../../config/config-files";
import type { FoundFile } from "../../../files/project-files";
import { inventorySchema, type Inventory, type InventoryConsumer } from "../../../inventory/inventory";
import { INVENTORY_FILE } from "../../../inventory/inventory-file";
import { shown, type Problem } from "../../../problem/problem";
import { parseJson } from "../../../text/parse-json";
import type { Configuration } from "../configuration/configuration";
import { baseName, folderOf } from "../source/site";

/** Returns the configs among some files: of several in one folder the one that synth reads. */
export function configsAmong(files: readonly FoundFile[]): readonly FoundFile[] {
  const configs = new Map<string, FoundFile>();
  for (const name of CONFIG_FILES)
    for (const file of files.filter(({ path }) => baseName(path) === name))
      if (!configs.has(folderOf(file.path))) configs.set(folderOf(file.path), file);
  return [...configs.values()];
}

/** Returns the folder that synth writes to for this config. */
export function outputFolder(configPath: string): string {
  const folder = folderOf(configPath);
  return folder === "." ? "cdktf.out" : `${folder}/cdktf.out`;
}

/** Returns the path of the inventory that synth writes for this config. */
export function inventoryPath(configPath: string): string {
  return `${outputFolder(configPath)}/${INVENTORY_FILE}`;
}

/**
 * Returns the consumers of a config as configurations. They come from the inventory: nothing executes the config, and its
 * text serves only to find lines. Without a readable inventory the result is a problem.
 * @param inventoryText undefined if there is no inventory beside the config
 */
export function consumerConfigurations(
  file: FoundFile,
  text: string,
  inventoryText: string | undefined,
): readonly Configuration[] | Problem {
  if (inventoryText === undefined) return notSynthesized(file, `there is no ${shown(inventoryPath(file.path))}`);
  const inventory = inventorySchema.safeParse(parseJson(inventoryText));
  if (!inventory.success)
    return notSynthesized(file, `${shown(inventoryPath(file.path))} is not an inventory of version 1`);
  return inventoryConsumers(file, text, inventory.data);
}

/** Returns the consumers of an inventory as configurations. @param text of the config, to find lines */
export function inventoryConsumers(file: FoundFile, text: string, inventory: Inventory): readonly Configuration[] {
  return inventory.consumers.map((consumer) => configurationOf(file, text, inventory, consumer));
}

function configurationOf(
  { path, realPath }: FoundFile,
  text: string,
  { bucket, legacyTable }: Inventory,
  { name, engine, stateKey, locking, backend }: InventoryConsumer,
): Configuration {
  return {
    root: `${path}#${name}`,
    source: "consumer",
    label: name,
    file: { path, realPath },
    line: lineOfName(text, name),
    places: [],
    consumer: { name, engine, locking, backend, account: bucket.account, legacyTable },
    bucket: { value: bucket.name },
    key: { value: stateKey },
    table: locking === "lockfile" || legacyTable === undefined ? undefined : { value: legacyTable },
    phase: locking,
  };
}

/** Returns the line of the quoted name, counted from 1; undefined unless the text holds it exactly once. */
function lineOfName(text: string, name: string): number | undefined {
  const pieces = [`"${name}"`, `'${name}'`, `\`${name}\``].map((quoted) => text.split(quoted));
  const [only, ...others] = pieces.filter(({ length }) => length > 1);
  if (only?.length !== 2 || others.length > 0) return undefined;
  return only[0]?.split("\n").length;
}

function notSynthesized({ path }: FoundFile, reason: string): Problem {
  return {
    code: "not-synthesized",
    path,
    message: `could not be read for its consumers: ${reason}`,
    fix: "Run `statelock synth` in the folder of the config, then run this command again.",
  };
}
