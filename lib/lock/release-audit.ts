import { z } from "zod";
import { parseLockInfo } from "./lock-info";
import type { LockObject } from "./lock-port";
import { holderReport, lockReportSchema } from "./lock-report";
import type { ReleaseResult } from "./release-decisions";

/** The audit line of a release: one line of JSON, version 1. */
export const auditSchema = z.strictObject({
  version: z.literal(1),
  event: z
    .enum(["lock-released", "lock-gone", "lock-left"])
    .describe(
      "lock-gone: S3's answer was lost, so somebody else may have removed the lock. lock-left: the run of `locks run` left it, and it is still there",
    ),
  at: z.iso.datetime().describe("by S3's clock"),
  bucket: z.string(),
  stateKey: z.string(),
  by: z.strictObject({
    arn: z.string().nullable().describe("null if STS did not answer"),
    host: z.string().describe("`user@host`"),
  }),
  reason: z.string(),
  lock: lockReportSchema.shape.holder,
  etag: z.string(),
  lockVersionId: z
    .string()
    .nullable()
    .describe(
      "the version that still holds the lock's body; null without versions, or if Statelock deleted that version",
    ),
  deleteMarker: z.string().nullable().describe("null in a bucket without versioning, or if S3's answer was lost"),
});

export type Audit = z.infer<typeof auditSchema>;

/** What an audit line says beside the lock. */
export interface AuditFacts {
  readonly bucket: string;
  readonly stateKey: string;
  readonly by: Audit["by"];
  readonly reason: string;
  readonly at: Date;
}

/** Returns the audit line of a release; null if this run certainly deleted nothing. */
export function releaseAudit(result: ReleaseResult, { at, ...facts }: AuditFacts): Audit | null {
  const mayHaveDeleted = (result.outcome === "gone" || result.outcome === "changed") && result.answerLost;
  if (result.outcome !== "released" && !mayHaveDeleted) return null;
  return {
    ...auditOf(result.outcome === "released" ? "lock-released" : "lock-gone", result.lock, { at, ...facts }),
    ...(result.outcome === "released" && result.by === "version" ? { lockVersionId: null } : {}),
    deleteMarker: result.outcome === "released" ? (result.deleteMarker ?? null) : null,
  };
}

/** Returns the audit line of a lock that a run left. Its terminal may be gone, so that nobody sees the note. */
export function leftAudit(lock: LockObject, facts: AuditFacts): Audit {
  return auditOf("lock-left", lock, facts);
}

function auditOf(event: Audit["event"], lock: LockObject, { at, ...facts }: AuditFacts): Audit {
  const info = lock.text === undefined ? undefined : parseLockInfo(lock.text);
  return {
    version: 1,
    event,
    at: at.toISOString(),
    ...facts,
    lock: info === undefined ? null : holderReport(info),
    etag: lock.etag,
    lockVersionId: lock.versionId ?? null,
    deleteMarker: null,
  };
}
