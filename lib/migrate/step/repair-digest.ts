import { digestItemId, type ItemReply } from "../../lock/lock-table";
import type { Problem } from "../../problem/problem";
import { digestSide, type DigestSide, type StateVersion } from "../live/digest-side";
import { certainlyUnderFileLock } from "../live/file-lock-history";
import { digestVerdict } from "../live/last-writer";
import { unanswered } from "../live/unanswered";
import type { LiveState, LiveStore } from "../live/live-state";
import type { LiveTarget } from "../live/live-target";
import { readLiveState } from "../live/read-live";
import { migrationLock, underBothLocks, type LockingPorts } from "./under-locks";

/** What a repair needs of the outside. */
export interface RepairPorts extends LockingPorts {
  readonly store: LiveStore;
  /** Earlier versions of a state, newest first. @throws UserError when they may not be read */
  readonly versions: (stateKey: string) => AsyncIterable<StateVersion>;
}

/** Opens what a repair needs for one root, in the table that is named. */
export type OpenRepair = (target: LiveTarget & { readonly table: string }) => RepairPorts;

/** What became of one digest. */
export interface Repair {
  readonly stateKey: string;
  /** `right`: there was nothing to repair. `needed`: there is, and this was a look only. */
  readonly outcome: "right" | "needed" | "repaired" | "refused" | "unknown";
  readonly problems: readonly Problem[];
}

/** How digests are repaired. */
export interface RepairOptions {
  /** Look only. */
  readonly dryRun: boolean;
  /** MD5s of states that somebody has looked at and vouches for. */
  readonly accepted: readonly string[];
}

/**
 * Makes the digest in the table that of the state again, so that clients with `dynamodb_table` work. Under both locks,
 * on condition that the digest is still the one that was judged, and only where it is known that the state is right.
 */
export async function repairDigest(
  ports: RepairPorts,
  target: LiveTarget,
  live: LiveState,
  { dryRun, accepted }: RepairOptions,
): Promise<Repair> {
  const { stateKey } = live;
  const missing = unanswered(live);
  if (missing.length > 0) return { stateKey, outcome: "unknown", problems: missing };
  const verdict = digestVerdict(live);
  const isRight = verdict === "matches" || verdict === "missing" || verdict === "no-state";
  // A run that was killed when the digest was right already has left its locks.
  if (isRight && (dryRun || migrationLock(live) === undefined)) return { stateKey, outcome: "right", problems: [] };
  if (dryRun) return judged(await judgement(ports, target, live, accepted), stateKey, "needed");
  const done = await underBothLocks(ports, target, live, async (): Promise<Repair> => {
    const now = await readLiveState(ports, target, stateKey, live.workspace);
    // This run's own locks, which are held now, say nothing about who wrote the state.
    const fresh: LiveState = { ...withoutLocks(now), fileRuns: live.fileRuns };
    const lost = unanswered(fresh);
    if (lost.length > 0) return { stateKey, outcome: "unknown", problems: lost };
    if (digestVerdict(fresh) !== "stale") return { stateKey, outcome: "right", problems: [] };
    const problem = await judgement(ports, target, fresh, accepted);
    if (problem !== undefined) return judged(problem, stateKey, "needed");
    return written(stateKey, await write(ports, target, fresh));
  });
  if (!("result" in done)) return { stateKey, outcome: done.verdict, problems: done.problems };
  return { ...done.result, problems: [...done.result.problems, ...done.problems] };
}

function withoutLocks({ table, ...live }: LiveState): LiveState {
  const fileLock = { found: "nothing" } as const;
  return { ...live, fileLock, table: table === undefined ? undefined : { ...table, lock: fileLock } };
}

function judged(problem: Problem | undefined, stateKey: string, otherwise: Repair["outcome"]): Repair {
  return problem === undefined
    ? { stateKey, outcome: otherwise, problems: [] }
    : { stateKey, outcome: "refused", problems: [problem] };
}

function written(stateKey: string, reply: ItemReply): Repair {
  if (reply.reply === "done") return { stateKey, outcome: "repaired", problems: [] };
  if (reply.reply === "failed") return { stateKey, outcome: "unknown", problems: [reply.problem] };
  return { stateKey, outcome: "refused", problems: [changedProblem(stateKey)] };
}

/** Why the state must not be declared right. A state that Terraform wrote under its lock is. */
async function judgement(
  ports: RepairPorts,
  target: LiveTarget,
  live: LiveState,
  accepted: readonly string[],
): Promise<Problem | undefined> {
  const { state, table, stateKey } = live;
  const digest = digestOf(table);
  if (state.found !== "state" || digest === undefined)
    return state.found === "nothing" ? noState(target, stateKey) : undefined;
  if (accepted.includes(state.md5)) return undefined;
  const side = await digestSide(state, digest, ports.versions(stateKey));
  if (side.side === "state") return undefined;
  const { fileRuns } = live;
  const isTerraforms = fileRuns.found === "runs" && certainlyUnderFileLock(state.lastModified, fileRuns.runs);
  if (side.side === "unknown" && isTerraforms) return undefined;
  return sideProblem(target, stateKey, state.md5, side);
}

function digestOf(table: LiveState["table"]): string | undefined {
  const digest = table?.digest;
  return digest?.found === "item" && digest.item.kind === "digest" ? digest.item.digest : undefined;
}

function write(ports: RepairPorts, { bucket }: LiveTarget, { state, table, stateKey }: LiveState): Promise<ItemReply> {
  if (state.found !== "state") throw new Error("a digest is repaired from a state");
  return ports.table.putDigest(digestItemId(bucket, stateKey), state.md5, digestOf(table));
}

function noState({ bucket }: LiveTarget, stateKey: string): Problem {
  return {
    code: "state-missing",
    path: `s3://${bucket}/${stateKey}`,
    message: "must be there, because the table holds its digest, got no state",
    fix: "If it was deleted by mistake, bring its last version back. If it is meant to be gone, delete the digest's item: `statelock migrate scrub` does.",
  };
}

function changedProblem(stateKey: string): Problem {
  return {
    code: "digest-changed",
    path: `item …/${stateKey}-md5`,
    message: "must still be the digest that was looked at, got another: a client that ignores locks wrote it",
    fix: "Find that client, then run this again.",
  };
}

function sideProblem({ bucket }: LiveTarget, stateKey: string, md5: string, side: DigestSide): Problem {
  const path = `s3://${bucket}/${stateKey}`;
  const accept = `If you have looked at it and it is right, run this again with --accept ${md5}.`;
  if (side.side === "table") {
    return {
      code: "state-older",
      path,
      message: `must follow the state that the digest is of, but that is version ${side.versionId}, which is newer by its serial, or of another lineage: the table is right, and S3 is not`,
      fix: `Bring that version back, with nothing running. ${accept}`,
    };
  }
  return {
    code: "digest-unexplained",
    path,
    message:
      "must have been written by Terraform under a lock, or follow the state that the digest is of; got neither: nobody can tell whether S3 or the table is right",
    fix: `Compare it with what you expect (\`terraform state pull\` of a client without the table). ${accept}`,
  };
}
