import { z } from "zod";
import { comparisonReport, comparisonSchema, sideReport, sideSchema } from "../../lib/history/history-report";
import type { RestoreResult } from "../../lib/history/restore-state";
import type { RestorePlan } from "../../lib/history/restore-plan";
import { EMPTY_STATE } from "../../lib/state/parse-state";
import type { Problem } from "../../lib/problem/problem";
import { auditSchema } from "../locks/release-audit";
import { problemSchema } from "../../lib/problem/problem-schema";

/** The audit line of a restore: one line of JSON, version 1. */
export const restoreAuditSchema = z.strictObject({
  version: z.literal(1),
  event: z.enum(["state-restored", "digest-corrected"]),
  at: z.iso.datetime().describe("by the clock of `by.host`"),
  bucket: z.string(),
  stateKey: z.string(),
  by: auditSchema.shape.by,
  reason: z.string(),
  from: sideSchema,
  replaced: z.strictObject({ versionId: z.string(), serial: z.int().nullable() }).describe("still in the history"),
  versionId: z.string().nullable().describe("the new version; null where only the digest was corrected"),
  serial: z.int().describe("of the state that is there now"),
  lineage: z.string(),
  lockId: z.string(),
});

/** JSON of `history restore`, version 1. */
export const historyRestoreSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("history restore"),
  outcome: z.enum(["restored", "digest-corrected", "already-there", "planned", "declined"]),
  bucket: z.string(),
  stateKey: z.string(),
  from: sideSchema,
  present: z.strictObject({
    versionId: z.string(),
    kind: z.enum(["state", "delete-marker", "no-state"]),
    serial: z.int().nullable(),
    lineage: z.string().nullable(),
  }),
  serial: z.int().describe("that the restored state gets"),
  changes: comparisonSchema.describe("what is there now, against what would be: names only"),
  notes: z.array(z.string()),
  audit: restoreAuditSchema.nullable().describe("null where nothing was written"),
  problems: z.array(problemSchema).describe("what is left to be done although the state is restored"),
});

export type HistoryRestore = z.infer<typeof historyRestoreSchema>;

/** What a restore changes, by name. */
export function restoreChanges({ present, from }: RestorePlan): z.infer<typeof comparisonSchema> {
  return comparisonReport(present.state ?? EMPTY_STATE, from.state);
}

export function presentReport({ present }: RestorePlan): HistoryRestore["present"] {
  const { version, state } = present;
  return {
    versionId: version.versionId,
    kind: version.kind === "delete-marker" ? "delete-marker" : state === undefined ? "no-state" : "state",
    serial: state?.serial ?? null,
    lineage: state?.lineage ?? null,
  };
}

/** Null where this run wrote nothing. */
export function restoreAudit(
  result: RestoreResult,
  about: Pick<z.infer<typeof restoreAuditSchema>, "bucket" | "stateKey" | "by" | "reason" | "lockId">,
): z.infer<typeof restoreAuditSchema> | null {
  if (result.outcome !== "restored" && result.outcome !== "digest-corrected") return null;
  const { plan } = result;
  const { versionId, serial } = presentReport(plan);
  return {
    version: 1,
    event: result.outcome === "restored" ? "state-restored" : "digest-corrected",
    at: new Date().toISOString(),
    ...about,
    from: sideReport(plan.from),
    replaced: { versionId, serial },
    versionId: result.outcome === "restored" ? result.versionId : null,
    serial: result.outcome === "restored" ? plan.serial : (serial ?? plan.serial),
    lineage: plan.from.state.lineage,
  };
}

/** What is left to be done. */
export function remainingProblems(result: RestoreResult): readonly Problem[] {
  return "problems" in result ? result.problems : [];
}
