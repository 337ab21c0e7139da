import { digestItemId, type ItemReply } from "../../lock/lock-table";
import type { Problem } from "../../problem/problem";
import { digestVerdict } from "../live/last-writer";
import type { LiveState, LiveStore } from "../live/live-state";
import type { LiveTarget } from "../live/live-target";
import { readLiveState } from "../live/read-live";
import { unanswered } from "../live/unanswered";
import { digestOf, judgeDigest, type JudgeOptions } from "./judge-digest";
import { migrationLock, underBothLocks, type LockingPorts } from "./under-locks";

/** What a repair needs of AWS. */
export interface RepairPorts extends LockingPorts, Pick<JudgeOptions, "versions"> {
  readonly store: LiveStore;
}

/** Opens what a repair needs for one root, in the table that is named. */
export type OpenRepair = (target: LiveTarget & { readonly table: string }) => RepairPorts;

/** What became of one digest. */
export interface Repair {
  readonly stateKey: string;
  /** `right`: there was nothing to repair. `needed`: a dry run would have repaired it. */
  readonly outcome: "right" | "needed" | "repaired" | "refused" | "unknown";
  readonly problems: readonly Problem[];
}

/** How to repair digests. */
export interface RepairOptions extends Pick<JudgeOptions, "accepted"> {
  /** Looks, and changes nothing. */
  readonly dryRun: boolean;
}

/**
 * Makes the digest in the table match the state again, so that clients with `dynamodb_table` work. Writes it under both
 * locks, on condition that it is still the digest that was judged, and only if the state is known to be right.
 */
export async function repairDigest(
  ports: RepairPorts,
  target: LiveTarget,
  live: LiveState,
  { dryRun, accepted }: RepairOptions,
): Promise<Repair> {
  const { stateKey } = live;
  const judge = { versions: ports.versions, accepted };
  const unread = unanswered(live);
  if (unread.length > 0) return { stateKey, outcome: "unknown", problems: unread };
  const verdict = digestVerdict(live);
  const isRight = verdict === "matches" || verdict === "missing" || verdict === "no-state";
  // A run that was killed after the repair has left its locks.
  if (isRight && (dryRun || migrationLock(live) === undefined)) return { stateKey, outcome: "right", problems: [] };
  if (dryRun) {
    const problem = await judgeDigest(live, target, judge);
    return problem === undefined ? { stateKey, outcome: "needed", problems: [] } : refused(stateKey, problem);
  }
  const done = await underBothLocks(ports, target, live, async (): Promise<Repair> => {
    const now = await readLiveState(ports, target, stateKey, live.workspace);
    // The locks that are held now are our own, and say nothing about who wrote the state.
    const fresh: LiveState = { ...withoutLocks(now), fileRuns: live.fileRuns };
    const lost = unanswered(fresh);
    if (lost.length > 0) return { stateKey, outcome: "unknown", problems: lost };
    if (digestVerdict(fresh) !== "stale") return { stateKey, outcome: "right", problems: [] };
    const problem = await judgeDigest(fresh, target, judge);
    if (problem !== undefined) return refused(stateKey, problem);
    return written(stateKey, await write(ports, target, fresh));
  });
  if (!("result" in done)) return { stateKey, outcome: done.verdict, problems: done.problems };
  return { ...done.result, problems: [...done.result.problems, ...done.problems] };
}

function withoutLocks({ table, ...live }: LiveState): LiveState {
  const fileLock = { found: "nothing" } as const;
  return { ...live, fileLock, table: table === undefined ? undefined : { ...table, lock: fileLock } };
}

function refused(stateKey: string, problem: Problem): Repair {
  return { stateKey, outcome: "refused", problems: [problem] };
}

function write(ports: RepairPorts, { bucket }: LiveTarget, live: LiveState): Promise<ItemReply> {
  const { state, stateKey } = live;
  if (state.found !== "state") throw new Error("a digest is repaired from a state");
  return ports.table.putDigest(digestItemId(bucket, stateKey), state.md5, digestOf(live));
}

function written(stateKey: string, reply: ItemReply): Repair {
  if (reply.reply === "done") return { stateKey, outcome: "repaired", problems: [] };
  if (reply.reply === "failed") return { stateKey, outcome: "unknown", problems: [reply.problem] };
  return refused(stateKey, {
    code: "digest-changed",
    path: `item …/${stateKey}-md5`,
    message: "changed after it was read: a client that ignores locks wrote it",
    fix: "Find that client, then run this again.",
  });
}
