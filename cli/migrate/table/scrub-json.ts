import { z } from "zod";
import type { Scrubbed } from "../../../lib/migrate/table/scrub-item";
import { problemSchema } from "../../../lib/problem/problem-schema";

/** What `migrate scrub --json` prints. */
export const migrateScrubSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate scrub"),
  table: z.string(),
  dryRun: z.boolean(),
  removed: z.array(z.string()).describe("`LockID` of each digest that was, or in a dry run would be, removed."),
  left: z.array(
    z.strictObject({ item: z.string().describe("`LockID` in the table."), problems: z.array(problemSchema) }),
  ),
  problems: z.array(problemSchema).describe("Locks that could not be released."),
});

/** The results of a scrub, by what became of each item. */
interface ScrubSummary {
  readonly removed: readonly Scrubbed[];
  readonly released: readonly Scrubbed[];
  readonly left: readonly Scrubbed[];
}

/** Sorts the results by outcome. */
export function scrubSummary(results: readonly Scrubbed[]): ScrubSummary {
  const of = (...outcomes: readonly Scrubbed["outcome"][]): readonly Scrubbed[] =>
    results.filter(({ outcome }) => outcomes.includes(outcome));
  return { removed: of("removed", "removable"), released: of("released"), left: of("left", "unknown") };
}

/** Returns the JSON document of a scrub. */
export function scrubJson(
  { removed, released, left }: ScrubSummary,
  table: string,
  dryRun: boolean,
): z.infer<typeof migrateScrubSchema> {
  return {
    version: 1,
    command: "migrate scrub",
    table,
    dryRun,
    removed: removed.map(({ lockId }) => lockId),
    left: left.map(({ lockId, problems }) => ({ item: lockId, problems: [...problems] })),
    problems: [...removed, ...released].flatMap(({ problems }) => problems),
  };
}
