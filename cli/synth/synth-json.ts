import { z } from "zod";
import type { Inventory } from "../../lib/inventory/inventory";

/** JSON of `synth`, version 1. */
export const synthSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("synth"),
  outdir: z.string().describe("Folder that synth wrote to, from the working directory."),
  bucket: z.string(),
  stacks: z.array(z.string()),
  consumers: z.array(z.string()).describe("Names of the consumers, each of which has backend files."),
  policies: z.int().describe("Number of policies of consumers."),
});

type SynthReport = z.infer<typeof synthSchema>;

/** Returns what was synthesized, from its inventory. */
export function synthReport(outdir: string, { bucket, bootstrap, consumers }: Inventory): SynthReport {
  const folders = [bootstrap.stack, ...consumers.flatMap(({ stack }) => stack ?? [])];
  return {
    version: 1,
    command: "synth",
    outdir,
    bucket: bucket.name,
    stacks: folders.map((folder) => folder.slice(folder.lastIndexOf("/") + 1)),
    consumers: consumers.map(({ name }) => name),
    policies: consumers.flatMap(({ policies }) => policies).length,
  };
}
