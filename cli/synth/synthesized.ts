import { join, relative, resolve } from "node:path";
import { INVENTORY_FILE, inventorySchema, type Inventory } from "../../lib/inventory/inventory";
import { plainFileText } from "../../lib/files/plain-file";
import { parseJson } from "../../lib/text/parse-json";
import type { CommandContext } from "../screen/command-context";

/** Reads the inventory that synth has just written, from the folder that cdktf writes to. */
export function readSynthesized(
  project: string,
  { environment, workingDirectory }: Pick<CommandContext, "environment" | "workingDirectory">,
): { readonly outdir: string; readonly inventory: Inventory } {
  const folder = resolve(project, environment["CDKTF_OUTDIR"] ?? "cdktf.out");
  const inventory = inventorySchema.parse(parseJson(plainFileText(join(folder, INVENTORY_FILE)) ?? ""));
  return { outdir: relative(workingDirectory, folder) || ".", inventory };
}
