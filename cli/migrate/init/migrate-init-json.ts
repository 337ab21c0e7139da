import { z } from "zod";
import { ENGINE_NAMES } from "../../../lib/engine/engine";
import type { InitResult } from "../../../lib/migrate/step/init-port";
import type { Problem } from "../../../lib/problem/problem";
import { problemSchema } from "../../../lib/problem/problem-schema";

const root = z.strictObject({
  root: z.string(),
  engine: z.enum(ENGINE_NAMES).optional().describe("The engine that ran."),
  partials: z.array(z.string()).describe("The partial configuration files that set it up."),
  outcome: z.enum(["unchanged", "changes", "failed", "not-run"]).describe("`changes`: the plan has something to do."),
  initialized: z
    .boolean()
    .describe("True if .terraform is initialized in this way now; false if it was left as it was."),
  seconds: z.number(),
  problems: z.array(problemSchema),
});

/** What `migrate init --json` prints. */
export const migrateInitSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate init"),
  roots: z.array(root),
  byHand: z.array(z.string()).describe("Roots that another tool has to initialize."),
  problems: z.array(problemSchema).describe("Files that could not be read; `interrupted` if the run was stopped."),
});

/** Everything that a run has to report. */
export interface MigrateInitReport {
  readonly results: readonly InitResult[];
  readonly byHand: readonly string[];
  readonly problems: readonly Problem[];
}

/** Returns the JSON document of a run. */
export function initJson({ results, byHand, problems }: MigrateInitReport): z.infer<typeof migrateInitSchema> {
  return {
    version: 1,
    command: "migrate init",
    roots: results.map((each) => ({ ...each, partials: [...each.partials], problems: [...each.problems] })),
    byHand: [...byHand],
    problems: [...problems],
  };
}
