import { lockItemId } from "../../lock/lock-table";
import { isOverlap, onDynamodbUntil, type SeenRecord } from "../../record/migration-record";
import { shown, type Problem } from "../../problem/problem";
import { shellQuoted } from "../../text/shell-quoted";
import type { LiveState } from "./live-state";
import type { LiveTarget } from "./live-target";

/** True if a client is known to have locked this state with a file after the state was last on `dynamodb`. */
export function overlapSeen(target: LiveTarget, live: LiveState, record: SeenRecord): boolean {
  return isOverlap(record.states[lockItemId(target.bucket, target.key)], lastSighting(target, live, record));
}

/** Returns a problem for a root on `both` whose clients were seen on `both` only before it returned to `dynamodb`. */
export function outdatedOverlap(target: LiveTarget, live: LiveState, record: SeenRecord): Problem[] {
  const wasSeen = lastSighting(target, live, record) !== undefined;
  const isOutdated = target.phase === "both" && wasSeen && !overlapSeen(target, live, record);
  return isOutdated ? [unseenProblem(target, live, record)] : [];
}

/** Returns when a client last took the file lock, as the versions of the lock show it. */
export function lastByClient({ fileRuns }: LiveState): Date | undefined {
  return fileRuns.found === "runs" ? fileRuns.lastByClient : undefined;
}

/** Returns when a client last took the file lock, as the versions or the record show it. */
function lastSighting({ bucket }: LiveTarget, live: LiveState, { states }: SeenRecord): string | undefined {
  const recorded = states[lockItemId(bucket, live.stateKey)]?.both;
  const listed = lastByClient(live)?.toISOString();
  if (recorded === undefined || listed === undefined) return recorded ?? listed;
  return Date.parse(recorded) > Date.parse(listed) ? recorded : listed;
}

/** The problem of a state that no client is known to have locked with a file after it was last on `dynamodb`. */
export function unseenProblem(target: LiveTarget, live: LiveState, record: SeenRecord): Problem {
  const until = onDynamodbUntil(record.states[lockItemId(target.bucket, target.key)] ?? {});
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

function runText({ consumer, root }: LiveTarget, { workspace }: LiveState): string {
  if (workspace !== undefined) return `Run \`terraform plan\` with both in its workspace ${shown(workspace)}`;
  if (consumer !== undefined) return deployFirst(consumer);
  return `Run \`statelock migrate init --root ${shellQuoted(root)}\` with both`;
}

/** Returns how the clients of a consumer come to lock in both. Output that synth made before its config changed does not. */
export function deployFirst(consumer: string): string {
  return `Synthesize (\`npx cdktf synth\`), then run \`npx cdktf diff\` or deploy for the stack of ${shown(consumer)}, or Terraform in the root that has its backend`;
}
