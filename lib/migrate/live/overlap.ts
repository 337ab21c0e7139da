import { product, program } from "../../engine/spoken-engine";
import { lockItemId } from "../../lock/lock-table";
import {
  isOverlap,
  onDynamodbUntil,
  recordedPhases,
  type SeenRecord,
  type SeenState,
} from "../../record/migration-record";
import { shown, type Problem } from "../../problem/problem";
import { shellQuoted } from "../../text/shell-quoted";
import type { LiveState } from "./live-state";
import { recordedBucket, type LiveTarget } from "./live-target";

/**
 * True if Statelock knows of a client that locked this state with a lock file after the state was last on `dynamodb`. During
 * this overlap, clients lock in the table and in S3. It proves that they have reached `both`.
 */
export function overlapSeen(target: LiveTarget, live: LiveState, record: SeenRecord): boolean {
  return isOverlap(phasesOf(target, record), lastSighting(target, live, record));
}

/**
 * Returns a problem for a root on `both` whose last sighting is outdated: its clients took a lock file only before the root
 * went back to `dynamodb`. Returns no problem for a root without any sighting.
 */
export function outdatedOverlap(target: LiveTarget, live: LiveState, record: SeenRecord): Problem[] {
  const wasSeen = lastSighting(target, live, record) !== undefined;
  const isOutdated = target.phase === "both" && wasSeen && !overlapSeen(target, live, record);
  return isOutdated ? [unseenProblem(target, live, record)] : [];
}

function phasesOf(target: LiveTarget, record: SeenRecord): SeenState | undefined {
  return recordedPhases(record, recordedBucket(target), target.key, target.workspaceKeyPrefix);
}

/** Returns when a client last took the lock file, by the versions of the lock object in S3. */
export function lastByClient({ fileRuns }: LiveState): Date | undefined {
  return fileRuns.found === "runs" ? fileRuns.lastByClient : undefined;
}

/**
 * Returns the last sighting: when a client last took the lock file, by the versions of the lock object or by the record,
 * which keeps what S3 has expired.
 */
function lastSighting(target: LiveTarget, live: LiveState, { states }: SeenRecord): string | undefined {
  const recorded = states[lockItemId(recordedBucket(target), live.stateKey)]?.both;
  const listed = lastByClient(live)?.toISOString();
  if (recorded === undefined || listed === undefined) return recorded ?? listed;
  return Date.parse(recorded) > Date.parse(listed) ? recorded : listed;
}

/** Returns the problem of a state without an overlap: its fix names the run that would prove one. */
export function unseenProblem(target: LiveTarget, live: LiveState, record: SeenRecord): Problem {
  const until = onDynamodbUntil(phasesOf(target, record) ?? {});
  const sighting = lastSighting(target, live, record);
  return {
    code: "overlap-unseen",
    path: `s3://${target.bucket}/${live.stateKey}`,
    message:
      until === undefined || sighting === undefined
        ? "must have been locked with a file by a client on both, got no sign of one"
        : `must have been locked with a file by a client on both since it was on dynamodb, until ${until}; the last such lock is of ${sighting}`,
    fix: `${runText(target, live)}, and let every clone and pipeline run once. If the bucket has no versioning, run \`statelock migrate status --watch --record\` meanwhile.`,
  };
}

/** Returns how to make a client lock this state in both places: by workspace, by consumer or by root. */
function runText({ consumer, root }: LiveTarget, { workspace }: LiveState): string {
  if (workspace !== undefined) return `Run \`${program()} plan\` with both in its workspace ${shown(workspace)}`;
  if (consumer !== undefined) return deployFirst(consumer);
  return `Run \`statelock migrate init --root ${shellQuoted(root)}\` with both, or \`${program()} plan\` in its default workspace`;
}

/**
 * Returns how the clients of a consumer come to lock in both places. Synth comes first: the backend files that it wrote
 * before the config changed still lock in the old place.
 */
export function deployFirst(consumer: string): string {
  return `Run \`statelock synth\`, then plan or deploy the stack of ${shown(consumer)}, or run ${product()} in the root that has its backend`;
}
