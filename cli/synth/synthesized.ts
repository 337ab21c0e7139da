import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { INVENTORY_FILE, inventorySchema, type Inventory } from "../../lib/inventory/inventory";
import type { CommandContext } from "../screen/command-context";

/** Reads the inventory that synth has just written, from the folder that cdktf writes to. */
export function readSynthesized(
  project: string,
  { environment, workingDirectory }: Pick<CommandContext, "environment" | "workingDirectory">,
): { readonly outdir: string; readonly inventory: Inventory } {
  const folder = resolve(project, environment["CDKTF_OUTDIR"] ?? "cdktf.out");
  const inventory = inventorySchema.parse(JSON.parse(readFileSync(join(folder, INVENTORY_FILE), "utf8")));
  return { outdir: relative(workingDirectory, folder) || ".", inventory };
}
