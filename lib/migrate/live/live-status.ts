import type { SeenRecord } from "../../record/migration-record";
import { z } from "zod";
import { forEachLimited } from "../../work/for-each-limited";
import { lockItemId } from "../../lock/lock-table";
import type { Problem } from "../../problem/problem";
import { LOCKINGS } from "../../policy/access-level";
import { digestVerdict, lastWriter, WRITERS } from "./last-writer";
import {
  fileHolder,
  lastByClient,
  liveFindings,
  outdatedOverlap,
  overlapSeen,
  tableHolder,
  untold,
  type Holder,
} from "./live-findings";
import type { LiveState } from "./live-state";
import type { LiveTarget } from "./live-target";
import { readLive, type LivePorts, type LiveRoot } from "./read-live";
import { problemSchema } from "../../problem/problem-schema";

const lock = z.strictObject({
  held: z.enum(["yes", "no", "unknown"]),
  id: z.string().optional(),
  who: z.string().optional(),
  operation: z.string().optional(),
  created: z.string().optional().describe("By the holder's clock."),
});

const stateStatus = z.strictObject({
  root: z.string(),
  phase: z.enum([...LOCKINGS, "none", "unknown"]).describe("By its files."),
  bucket: z.string(),
  stateKey: z.string(),
  workspace: z.string().nullable().describe("Null for the default workspace."),
  table: z.string().nullable(),
  written: z.iso.datetime().nullable().describe("By S3's clock; null where there is no state or it cannot be told."),
  serial: z.int().nullable(),
  fileLock: lock,
  tableLock: lock.nullable().describe("Null where the root names no table."),
  digest: z.enum(["matches", "stale", "missing", "no-state", "no-table", "unknown"]),
  writer: z.enum(WRITERS).describe("Who wrote the state last, by what it left."),
  lockedWithFile: z.iso.datetime().nullable().describe("When a client last took a lock with a file, as versions tell."),
  overlap: z
    .enum(["seen", "unseen", "unknown"])
    .describe("Whether a client on both is known to have run since the state last was on dynamodb."),
  findings: z.array(problemSchema),
  untold: z.array(problemSchema).describe("What S3 or DynamoDB did not tell, and why."),
});

/** What `migrate status --json` prints. */
export const migrateStatusSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate status"),
  states: z.array(stateStatus),
  problems: z.array(problemSchema).describe("Roots that could not be looked at, and why."),
});

export type StateStatus = z.infer<typeof stateStatus>;
export type MigrateStatus = z.infer<typeof migrateStatusSchema>;

/** Finds the ports of a root: one bucket and one table are opened once. */
export type OpenLive = (target: LiveTarget) => LivePorts;

/** Roots that are looked at at one time. */
const AT_ONCE = 8;

/** Looks at every root, and keeps the order. */
export async function readAllLive(
  open: OpenLive,
  targets: readonly LiveTarget[],
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<LiveRoot[]> {
  const roots = new Map<LiveTarget, LiveRoot>();
  await forEachLimited(targets, AT_ONCE, async (target) => {
    roots.set(target, await readLive(open(target), target));
    onProgress(roots.size, targets.length);
  });
  return targets.flatMap((target) => roots.get(target) ?? []);
}

/** The status of everything that was looked at. */
export function statusOf(
  roots: readonly LiveRoot[],
  record: SeenRecord,
  notLookedAt: readonly Problem[],
): MigrateStatus {
  return {
    version: 1,
    command: "migrate status",
    states: roots.flatMap(({ target, states }) => states.map((live) => stateStatusOf(target, live, record))),
    problems: [...notLookedAt, ...roots.flatMap(({ problems }) => problems)],
  };
}

/** Exit by it: everything told and fine, something found, something untold. */
export function statusVerdict({ states, problems }: MigrateStatus): "fine" | "refused" | "unknown" {
  const isUntold = problems.some(({ code }) => code !== "no-backend");
  if (isUntold || states.some(({ untold: missing }) => missing.length > 0)) return "unknown";
  return problems.length > 0 || states.some(({ findings }) => findings.length > 0) ? "refused" : "fine";
}

/** What a look at a state is worth remembering of. */
export function seenIn(roots: readonly LiveRoot[]): { state: string; both?: Date; lockfile?: Date }[] {
  return roots.flatMap(({ target, states }) =>
    states.map((live) => {
      const state = lockItemId(target.bucket, live.stateKey);
      const taken = lastByClient(live);
      if (taken === undefined) return { state };
      if (digestVerdict(live) === "matches" && lastWriter(live) !== "dynamodb") return { state, both: taken };
      return lastWriter(live) === "lockfile" && live.state.found === "state"
        ? { state, lockfile: live.state.lastModified }
        : { state };
    }),
  );
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
    findings: [...liveFindings(target, live), ...outdatedOverlap(target, live, record)],
    untold: untold(live),
  };
}

function lockStatus(holder: Holder | undefined): StateStatus["fileLock"] {
  if (holder === undefined) return { held: "unknown" };
  if (!holder.held) return { held: "no" };
  if (holder.info === undefined) return { held: "yes" };
  const { ID: id, Who: who, Operation: operation, Created: created } = holder.info;
  return { held: "yes", id, who, operation, created };
}
