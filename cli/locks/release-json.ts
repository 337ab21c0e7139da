import { z } from "zod";
import { lockReportSchema } from "../../lib/lock/lock-report";
import { auditSchema } from "../../lib/lock/release-audit";
import { problemSchema } from "../../lib/problem/problem-schema";

/** JSON of `locks release`, version 1. */
export const lockReleaseSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("locks release"),
  outcome: z.enum([
    "released",
    "gone",
    "already-free",
    "changed",
    "other-lock",
    "needs-etag",
    "needs-id",
    "declined",
    "still-held",
    "unknown",
  ]),
  bucket: z.string(),
  stateKey: z.string(),
  audit: auditSchema.nullable().describe("null if nothing was deleted"),
  current: lockReportSchema.nullable().describe("the lock that is there now, if it is known"),
  problem: problemSchema.nullable(),
});

export type LockRelease = z.infer<typeof lockReleaseSchema>;
