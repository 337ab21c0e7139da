import { join, relative, resolve } from "node:path";
import { synthesizedInventory, type Inventory } from "../../lib/inventory/inventory";
import { INVENTORY_FILE } from "../../lib/inventory/inventory-file";
import { plainFileText } from "../../lib/files/plain-file";
import type { CommandContext } from "../screen/command-context";

/** Reads the inventory that synth has just written, from the folder that cdktf writes to. */
export function readSynthesized(
  project: string,
  { environment, workingDirectory }: Pick<CommandContext, "environment" | "workingDirectory">,
): { readonly outdir: string; readonly inventory: Inventory } {
  const folder = resolve(project, environment["CDKTF_OUTDIR"] ?? "cdktf.out");
  const path = join(folder, INVENTORY_FILE);
  const inventory = synthesizedInventory(plainFileText(path), path);
  return { outdir: relative(workingDirectory, folder) || ".", inventory };
}
