import { z } from "zod";
import { ENGINE_NAMES } from "../../../lib/engine/engine";
import { phaseCounts } from "../../../lib/migrate/scan/configuration/phase-counts";
import { problemSchema } from "../../../lib/problem/problem-schema";
import type { Scan } from "../../../lib/migrate/scan/scan";
import { configurationJson, configurationSchema, scanProblemsSchema } from "./configuration-json";

/** What `migrate scan --json` prints. */
export const migrateScanSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate scan"),
  files: z.int().describe("How many files Statelock looked at."),
  phases: z.record(configurationSchema.shape.phase, z.int()),
  configurations: z.array(configurationSchema),
  problems: scanProblemsSchema,
  hints: z
    .array(problemSchema)
    .optional()
    .describe("What you should know, and what changes no exit code: templates, runs without a lock."),
  lowestVersions: z
    .array(
      z.strictObject({
        engine: z.enum(ENGINE_NAMES),
        version: z.string(),
        path: z.string().describe("The file that pins it, with its line."),
        isEnough: z.boolean().describe("True if that version locks correctly with a file."),
      }),
    )
    .optional()
    .describe("The lowest version of each engine that a root declares."),
});

/** Returns the JSON document of a scan. */
export function scanJson(scan: Scan): z.infer<typeof migrateScanSchema> {
  return {
    version: 1,
    command: "migrate scan",
    files: scan.files,
    phases: phaseCounts(scan.configurations),
    configurations: scan.configurations.map((each) => configurationJson(each)),
    problems: [...scan.problems],
    hints: [...(scan.hints ?? [])],
    lowestVersions: [...(scan.lowest ?? [])],
  };
}
