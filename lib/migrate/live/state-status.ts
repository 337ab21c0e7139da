import { z } from "zod";
import { LOCKINGS } from "../../policy/access-level";
import { found, type Problem } from "../../problem/problem";
import { problemSchema } from "../../problem/problem-schema";
import type { SeenRecord } from "../../record/migration-record";
import { digestVerdict, lastWriter, WRITERS } from "./last-writer";
import type { LiveState } from "./live-state";
import { placeComputed } from "./known-place";
import { recordedBucket, type LiveTarget } from "./live-target";
import { fileHolder, tableHolder, type LockHolder } from "./lock-holders";
import { lastByClient, outdatedOverlap, overlapSeen } from "./overlap";
import { phaseFindings } from "./phase-findings";
import { phaseSkipped } from "./phase-skipped";
import type { LiveRoot } from "./read-live";
import { unanswered } from "./unanswered";

const lock = z.strictObject({
  held: z.enum(["yes", "no", "unknown"]),
  id: z.string().optional(),
  who: z.string().optional(),
  operation: z.string().optional(),
  created: z.string().optional().describe("By the holder's clock."),
});

const stateStatus = z.strictObject({
  root: z.string(),
  phase: z.enum([...LOCKINGS, "none", "unknown"]).describe("The phase in the root's files."),
  bucket: z.string(),
  stateKey: z.string(),
  workspace: z.string().nullable().describe("Null for the default workspace."),
  table: z.string().nullable(),
  written: z.iso.datetime().nullable().describe("By S3's clock; null if there is no state or S3 did not answer."),
  serial: z.int().nullable(),
  fileLock: lock,
  tableLock: lock.nullable().describe("Null if the root names no table."),
  digest: z.enum(["matches", "stale", "missing", "no-state", "no-table", "unknown"]),
  writer: z.enum(WRITERS).describe("Who wrote the state last, judged by the traces it left."),
  lockedWithFile: z.iso
    .datetime()
    .nullable()
    .describe("When a client last took the S3 lock, from the versions of the lock object."),
  overlap: z
    .enum(["seen", "unseen", "unknown"])
    .describe("True if a client on `both` is known to have run since the state was last on `dynamodb`."),
  findings: z.array(problemSchema),
  untold: z.array(problemSchema).describe("Questions that S3 or DynamoDB did not answer, and why."),
});

/** What `migrate status --json` prints. */
export const migrateStatusSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate status"),
  states: z.array(stateStatus),
  withoutHistory: z
    .array(z.string())
    .optional()
    .describe(
      "Buckets that keep no versions, so that nothing shows earlier locks; with the endpoint if a backend names it.",
    ),
  problems: z.array(problemSchema).describe("Roots that Statelock could not read, and why."),
});

export type StateStatus = z.infer<typeof stateStatus>;
export type MigrateStatus = z.infer<typeof migrateStatusSchema>;

/** Returns the status of every state that was read. @param unread why some roots were not read */
export function migrateStatus(
  roots: readonly LiveRoot[],
  record: SeenRecord,
  unread: readonly Problem[],
): MigrateStatus {
  const isWithout = ({ states }: LiveRoot): boolean =>
    states.some(({ state }) => state.found === "state" && state.hasVersion === false);
  const withoutHistory = [...new Set(roots.filter(isWithout).map(({ target }) => recordedBucket(target)))];
  return {
    version: 1,
    command: "migrate status",
    ...(withoutHistory.length === 0 ? {} : { withoutHistory }),
    states: roots.flatMap(({ target, states }) => states.map((live) => stateStatusOf(target, live, record))),
    problems: [...unread, ...roots.flatMap(({ problems }) => problems)],
  };
}

/** `unknown` if a question has no answer, `refused` if anything was found, `fine` otherwise. */
export function statusVerdict({ states, problems }: MigrateStatus): "fine" | "refused" | "unknown" {
  const isUnread = problems.some(({ code }) => code !== "no-backend");
  if (isUnread || states.some(({ untold }) => untold.length > 0)) return "unknown";
  return problems.length > 0 || states.some(({ findings }) => findings.length > 0) ? "refused" : "fine";
}

function stateStatusOf(target: LiveTarget, live: LiveState, record: SeenRecord): StateStatus {
  const { state, stateKey, workspace, table } = live;
  const seen = overlapSeen(target, live, record);
  return {
    root: target.root,
    phase: target.phase,
    bucket: target.bucket,
    stateKey,
    workspace: workspace ?? null,
    table: target.table ?? null,
    written: state.found === "state" ? state.lastModified.toISOString() : null,
    serial: (state.found === "state" ? state.serial : undefined) ?? null,
    fileLock: lockStatus(fileHolder(live.fileLock)),
    tableLock: table === undefined ? null : lockStatus(tableHolder(table.lock)),
    digest: digestVerdict(live),
    writer: lastWriter(live),
    lockedWithFile: lastByClient(live)?.toISOString() ?? null,
    overlap: seen ? "seen" : live.fileRuns.found === "runs" ? "unseen" : "unknown",
    findings: [
      ...placeComputed(target),
      ...phaseFindings(target, live),
      ...found([phaseSkipped(target, live, record)]),
      ...outdatedOverlap(target, live, record),
    ],
    untold: unanswered(live),
  };
}

function lockStatus(holder: LockHolder | undefined): StateStatus["fileLock"] {
  if (holder === undefined) return { held: "unknown" };
  if (!holder.held) return { held: "no" };
  if (holder.info === undefined) return { held: "yes" };
  const { ID: id, Who: who, Operation: operation, Created: created } = holder.info;
  return { held: "yes", id, who, operation, created };
}
