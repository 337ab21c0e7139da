import { z } from "zod";
import type { Scan } from "../../../lib/migrate/scan/scan";
import type { RollBackResult } from "../../../lib/migrate/step/roll-back";
import { problemSchema } from "../../../lib/problem/problem-schema";
import {
  configurationJson,
  configurationSchema,
  moveJson,
  moveSchema,
  refusalJson,
  refusalSchema,
  scanProblemsSchema,
} from "../scan/configuration-json";

const digest = z.strictObject({
  root: z.string(),
  bucket: z.string(),
  stateKey: z.string(),
  outcome: z
    .enum(["right", "needed", "repaired", "refused", "unknown"])
    .describe("`needed`: the digest is stale, and a dry run does not repair it."),
  problems: z.array(problemSchema),
});

/** What `migrate rollback --json` prints. */
export const migrateRollbackSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate rollback"),
  to: z.enum(["dynamodb", "both"]),
  dryRun: z.boolean(),
  digests: z.array(digest),
  moved: z.array(moveSchema),
  refusals: z.array(refusalSchema),
  byHand: z.array(configurationSchema),
  problems: scanProblemsSchema,
});

/** Returns the JSON document of a step back. */
export function rollbackJson(
  { plan, repairs, moved, refusals }: RollBackResult,
  scan: Scan,
  { to, dryRun = false }: { readonly to: "dynamodb" | "both"; readonly dryRun?: boolean },
): z.infer<typeof migrateRollbackSchema> {
  return {
    version: 1,
    command: "migrate rollback",
    to,
    dryRun,
    digests: repairs.map(({ root, bucket, stateKey, outcome, problems }) => {
      return { root, bucket, stateKey, outcome, problems: [...problems] };
    }),
    moved: moved.map(moveJson),
    refusals: refusals.map(refusalJson),
    byHand: plan.byHand.map((each) => configurationJson(each, plan.to)),
    problems: [...scan.problems],
  };
}
