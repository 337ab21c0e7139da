import { z } from "zod";
import type { AwsPlace } from "../../lib/aws/connect";
import { callerIdentity } from "../../lib/aws/identity";
import { parseLockInfo } from "../../lib/lock/lock-info";
import type { ReleaseResult } from "../../lib/lock/release-decisions";
import { holderReport, lockReportSchema } from "../../lib/lock/lock-report";
import { ownName } from "../options/own-lock";

/** The audit line of a release: one line of JSON, version 1. */
export const auditSchema = z.strictObject({
  version: z.literal(1),
  event: z
    .enum(["lock-released", "lock-gone"])
    .describe("lock-gone: an answer was lost, so another may have removed it"),
  at: z.iso.datetime().describe("by S3's clock"),
  bucket: z.string(),
  stateKey: z.string(),
  by: z.strictObject({
    arn: z.string().nullable().describe("null where STS did not say"),
    host: z.string().describe("`user@host`"),
  }),
  reason: z.string(),
  lock: lockReportSchema.shape.holder,
  etag: z.string(),
  lockVersionId: z.string().nullable().describe("the version that still holds the lock's body"),
  deleteMarker: z.string().nullable().describe("null in a bucket without versioning, or where an answer was lost"),
});

export type Audit = z.infer<typeof auditSchema>;

/** Who runs this, asked before anything is deleted; a store without STS must not keep a release from happening. */
export async function releaser(place: AwsPlace): Promise<Audit["by"]> {
  const host = ownName();
  if (place.access?.endpointUrl !== undefined) return { arn: null, host };
  try {
    return { arn: (await callerIdentity(place)).arn, host };
  } catch {
    return { arn: null, host };
  }
}

/** The audit line of a release; null where this run deleted nothing. */
export function releaseAudit(
  result: ReleaseResult,
  about: {
    readonly bucket: string;
    readonly stateKey: string;
    readonly by: Audit["by"];
    readonly reason: string;
    readonly at: Date;
  },
): Audit | null {
  const mayHaveDeleted = (result.outcome === "gone" || result.outcome === "changed") && result.answerLost;
  if (result.outcome !== "released" && !mayHaveDeleted) return null;
  const { lock } = result;
  const info = lock.text === undefined ? undefined : parseLockInfo(lock.text);
  return {
    version: 1,
    event: result.outcome === "released" ? "lock-released" : "lock-gone",
    at: about.at.toISOString(),
    bucket: about.bucket,
    stateKey: about.stateKey,
    by: about.by,
    reason: about.reason,
    lock: info === undefined ? null : holderReport(info),
    etag: lock.etag,
    lockVersionId: lock.versionId ?? null,
    deleteMarker: result.outcome === "released" ? (result.deleteMarker ?? null) : null,
  };
}
