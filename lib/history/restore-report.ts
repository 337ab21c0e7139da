import { z } from "zod";
import { auditSchema } from "../lock/release-audit";
import { problemSchema } from "../problem/problem-schema";
import type { Problem } from "../problem/problem";
import { EMPTY_STATE } from "../state/parse-state";
import { plainText } from "../text/plain-text";
import { comparisonReport, comparisonSchema, sideReport, sideSchema } from "./history-report";
import type { RestorePlan } from "./restore-plan";
import type { RestoreResult } from "./restore-state";

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
  versionId: z.string().nullable().describe("the new version; null if only the digest was corrected"),
  serial: z.int().describe("serial of the state that is there now"),
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
    encrypted: z.boolean().optional().describe("true if OpenTofu encrypted it; serial and lineage are in plain text"),
  }),
  serial: z.int().describe("serial that the restored state gets; its own one if OpenTofu encrypted it"),
  changes: comparisonSchema.describe(
    "the current state compared with the restored one, names only; empty if OpenTofu encrypted one of them",
  ),
  notes: z.array(z.string()),
  audit: restoreAuditSchema.nullable().describe("null if nothing was written"),
  problems: z.array(problemSchema).describe("what remains to be done although the state is restored"),
});

export type HistoryRestore = z.infer<typeof historyRestoreSchema>;

/** What the documents of a restore say beside its result. */
type RestoreFacts = Pick<z.infer<typeof restoreAuditSchema>, "bucket" | "stateKey" | "by" | "reason" | "lockId">;

/** Returns the JSON of a restore. */
export function restoreReport(result: RestoreResult, facts: RestoreFacts): HistoryRestore {
  const { outcome, plan } = result;
  const { bucket, stateKey } = facts;
  return {
    ...{ version: 1, command: "history restore", outcome, bucket, stateKey },
    from: sideReport(plan.from),
    present: presentReport(plan),
    serial: plan.serial,
    changes: restoreChanges(plan) ?? { resources: [], outputs: [] },
    notes: plan.notes.map((note) => plainText(note)),
    audit: restoreAudit(result, facts),
    problems: [...remainingProblems(result)],
  };
}

/** Returns what a restore changes, by name. Undefined if OpenTofu encrypted one of the two states. */
export function restoreChanges({ present, from }: RestorePlan): z.infer<typeof comparisonSchema> | undefined {
  if (from.state === undefined || present.isEncrypted === true) return undefined;
  return comparisonReport(present.state ?? EMPTY_STATE, from.state);
}

/** Returns what is at the key before the restore. */
export function presentReport({ present }: RestorePlan): HistoryRestore["present"] {
  const { version, state, head, isEncrypted } = present;
  return {
    versionId: version.versionId,
    kind: version.kind === "delete-marker" ? "delete-marker" : state === undefined ? "no-state" : "state",
    serial: head?.serial ?? null,
    lineage: head?.lineage ?? null,
    ...(isEncrypted === true ? { encrypted: true } : {}),
  };
}

/** Returns what remains to be done. */
function remainingProblems(result: RestoreResult): readonly Problem[] {
  return "problems" in result ? result.problems : [];
}

function restoreAudit(result: RestoreResult, facts: RestoreFacts): HistoryRestore["audit"] {
  if (result.outcome !== "restored" && result.outcome !== "digest-corrected") return null;
  const { plan } = result;
  const { versionId, serial } = presentReport(plan);
  return {
    version: 1,
    event: result.outcome === "restored" ? "state-restored" : "digest-corrected",
    at: new Date().toISOString(),
    ...facts,
    from: sideReport(plan.from),
    replaced: { versionId, serial },
    versionId: result.outcome === "restored" ? result.versionId : null,
    serial: result.outcome === "restored" ? plan.serial : (serial ?? plan.serial),
    lineage: plan.from.head.lineage,
  };
}
