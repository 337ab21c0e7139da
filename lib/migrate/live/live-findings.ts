import { isOverlap, onDynamodbUntil, type SeenRecord } from "../../record/migration-record";
import { lockItemId, type ItemReading } from "../../lock/lock-table";
import { parseLockInfo, type LockInfo } from "../../lock/lock-info";
import type { LockReading } from "../../lock/lock-port";
import { plainText } from "../../text/plain-text";
import { found, shown, type Problem } from "../../problem/problem";
import { shellQuoted } from "../../text/shell-quoted";
import { MOST_LOCK_VERSIONS } from "./lock-file-runs";
import { digestVerdict, lastWriter } from "./last-writer";
import { LOCK_OPERATION, type LiveState } from "./live-state";
import type { LiveTarget } from "./live-target";

/** Who holds a lock: undefined where the body is none that Terraform could read. */
export type Holder = { readonly held: true; readonly info: LockInfo | undefined } | { readonly held: false };

/** Who holds the lock with a file; undefined where it cannot be told. */
export function fileHolder(reading: LockReading): Holder | undefined {
  if (reading.found === "unreadable") return undefined;
  if (reading.found === "nothing") return { held: false };
  return { held: true, info: reading.object.text === undefined ? undefined : parseLockInfo(reading.object.text) };
}

/** Who holds the lock in the table; undefined where it cannot be told. */
export function tableHolder(reading: ItemReading): Holder | undefined {
  if (reading.found === "unreadable") return undefined;
  if (reading.found === "nothing") return { held: false };
  return { held: true, info: reading.item.kind === "lock" ? parseLockInfo(reading.item.info) : undefined };
}

/** Everything about a state that S3 or DynamoDB did not tell. */
export function untold({ stateKey, state, fileLock, fileRuns, table }: LiveState): Problem[] {
  const problems = [state, fileLock, fileRuns, ...(table === undefined ? [] : [table.lock, table.digest])].flatMap(
    (reading) => (reading.found === "unreadable" ? [reading.problem] : []),
  );
  const digest = table?.digest;
  if (digest?.found === "item" && digest.item.kind !== "digest") problems.push(noDigest(digest.item.lockId));
  if (state.found === "state" && fileRuns.found === "runs" && fileRuns.cut === true) {
    const oldest = fileRuns.runs.at(-1);
    if (oldest === undefined || state.lastModified < oldest.taken) problems.push(historyCut(stateKey));
  }
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function historyCut(stateKey: string): Problem {
  return {
    code: "lock-history",
    path: `the versions of ${plainText(stateKey)}.tflock`,
    message: `must tell how the state was locked when it was written, but the newest ${String(MOST_LOCK_VERSIONS)}, which were read, are all younger`,
    fix: "Let a client write the state once, or a lifecycle rule of the bucket expire versions of locks that are older.",
  };
}

function noDigest(lockId: string): Problem {
  return {
    code: "digest-unreadable",
    path: `item ${plainText(lockId)}`,
    message: "must hold a digest and nothing else, got another item",
    fix: "Look at it in the table: it may be the lock of a state whose key ends in -md5, which shares its name with this digest.",
  };
}

/** What is wrong with a state for a root in its phase: somebody is behind, or ahead, or everybody with the table fails. */
export function liveFindings(target: LiveTarget, live: LiveState): Problem[] {
  const { phase } = target;
  const path = stateText(target, live.stateKey);
  const usesTable = phase === "dynamodb" || phase === "both";
  const tableLock = live.table === undefined ? undefined : tableHolder(live.table.lock);
  return found([
    usesTable && digestVerdict(live) === "stale" && staleProblem(path),
    (phase === "both" || phase === "lockfile") && lastWriter(live) === "dynamodb" && leftBehind(path, live),
    (phase === "both" || phase === "lockfile") &&
      live.fileLock.found === "nothing" &&
      tableLock?.held === true &&
      lockedInTableAlone(path, tableLock.info),
  ]);
}

/** Why a root must not go to `lockfile` yet, as far as one of its states tells. */
export function overlapProblems(target: LiveTarget, live: LiveState): Problem[] {
  const path = stateText(target, live.stateKey);
  return [
    ...untold(live),
    ...found([
      heldProblem(target, live),
      digestVerdict(live) === "stale" && staleProblem(path),
      lastWriter(live) === "dynamodb" && leftBehind(path, live),
    ]),
  ];
}

/** True where a client is known to have locked this state with a file since it last was on `dynamodb`. */
export function overlapSeen(target: LiveTarget, live: LiveState, record: SeenRecord): boolean {
  return isOverlap(record.states[lockItemId(target.bucket, target.key)], lastSighting(target, live, record));
}

/** A root on both that clients on both were seen for, and then it was on `dynamodb` again. */
export function outdatedOverlap(target: LiveTarget, live: LiveState, record: SeenRecord): Problem[] {
  const isOutdated =
    target.phase === "both" && lastSighting(target, live, record) !== undefined && !overlapSeen(target, live, record);
  return found([isOutdated && unseenProblem(target, live, record)]);
}

/** When a client last took a lock with a file, as versions tell. */
export function lastByClient({ fileRuns }: LiveState): Date | undefined {
  return fileRuns.found === "runs" ? fileRuns.lastByClient : undefined;
}

/** The same, as versions or the record tell. */
function lastSighting({ bucket }: LiveTarget, live: LiveState, { states }: SeenRecord): string | undefined {
  const recorded = states[lockItemId(bucket, live.stateKey)]?.both;
  const listed = lastByClient(live)?.toISOString();
  if (recorded === undefined || listed === undefined) return recorded ?? listed;
  return Date.parse(recorded) > Date.parse(listed) ? recorded : listed;
}

function stateText({ bucket }: LiveTarget, stateKey: string): string {
  return `s3://${bucket}/${stateKey}`;
}

function staleProblem(path: string): Problem {
  return {
    code: "digest-stale",
    path,
    message:
      "must be the state whose digest is in the table, got another: a client without dynamodb_table, or one that does not lock, wrote it last, and every client with dynamodb_table fails on it now",
    fix: "Find that client (`statelock migrate status` says when it wrote). To let clients with the table work again, run `statelock migrate rollback --to both` for this root.",
  };
}

/** A client that locks in the table alone wrote last. */
export function leftBehind(path: string, { state }: LiveState): Problem {
  const when = state.found === "state" ? ` at ${state.lastModified.toISOString()}` : "";
  return {
    code: "left-behind",
    path,
    message: `must be written under a lock with a file, but was written${when} by a client that keeps the digest and held none: it is still on dynamodb`,
    fix: "Find who applied then: a clone that was not pulled, or a pipeline with its own backend file. Let it run once with both.",
  };
}

function lockedInTableAlone(path: string, info: LockInfo | undefined): Problem {
  return {
    code: "left-behind",
    path,
    message: `must be locked with a file, but ${whoText(info)} holds a lock in the table alone: still on dynamodb`,
    fix: "Let that client pull, and run `terraform init -reconfigure`.",
  };
}

/** Where a lock is, and what tells more of it. */
interface LockPlace {
  readonly where: string;
  readonly inspect: string;
}

function fileLockPlace({ bucket, region }: LiveTarget, { stateKey }: LiveState): LockPlace {
  return {
    where: "a lock with a file",
    inspect: `\`statelock locks show ${shellQuoted(stateKey)} --bucket ${shellQuoted(bucket)} --region ${shellQuoted(region)}\` tells more`,
  };
}

function tableLockPlace({ bucket, region, table = "" }: LiveTarget, { stateKey }: LiveState): LockPlace {
  const key = shellQuoted(JSON.stringify({ LockID: { S: lockItemId(bucket, stateKey) } }));
  return {
    where: `a lock in the DynamoDB table ${plainText(table)}, which \`statelock locks\` does not read`,
    inspect: `\`aws dynamodb get-item --table-name ${shellQuoted(table)} --region ${shellQuoted(region)} --consistent-read --key ${key}\` shows it; if that run is dead, its owner releases it with \`terraform force-unlock\` and the ID, in that root`,
  };
}

/** A lock of a state that stands in the way, in either system. */
export function heldProblem(target: LiveTarget, live: LiveState): Problem | undefined {
  const holder = holderOf(live);
  if (holder === undefined) return undefined;
  const isFile = fileHolder(live.fileLock)?.held === true;
  const place = isFile ? fileLockPlace(target, live) : tableLockPlace(target, live);
  return lockHeld(stateText(target, live.stateKey), holder.info, place);
}

function lockHeld(path: string, info: LockInfo | undefined, { where, inspect }: LockPlace): Problem {
  return {
    code: "lock-held",
    path,
    message: `must not be locked while its root changes how it locks, but ${whoText(info)} holds ${where}`,
    fix:
      info?.Operation === LOCK_OPERATION
        ? `Wait until that run is done, then run this again. If it was killed, add --take-over ${plainText(info.ID)}.`
        : `Wait until that run is done, then run this again. ${inspect}.`,
  };
}

/** Who holds a lock of a state in either system, as far as that was told. */
export function holderOf({ fileLock, table }: LiveState): Extract<Holder, { held: true }> | undefined {
  const holders = [fileHolder(fileLock), ...(table === undefined ? [] : [tableHolder(table.lock)])];
  return holders.find((holder) => holder?.held === true);
}

/** Nobody is known to have locked this state with a file since it last was on `dynamodb`. */
export function unseenProblem(target: LiveTarget, live: LiveState, record: SeenRecord): Problem {
  const { stateKey, workspace } = live;
  const until = onDynamodbUntil(record.states[lockItemId(target.bucket, target.key)] ?? {});
  const sighting = lastSighting(target, live, record);
  const own =
    target.consumer === undefined
      ? "Run `statelock migrate init` for this root with both"
      : deployFirst(target.consumer);
  const run = workspace === undefined ? own : `Run \`terraform plan\` with both in its workspace ${shown(workspace)}`;
  return {
    code: "overlap-unseen",
    path: stateText(target, stateKey),
    message:
      until === undefined || sighting === undefined
        ? "must have been locked with a file by a client on both, got no sign of that"
        : `must have been locked with a file by a client on both since it was on dynamodb, until ${until}, got none since ${sighting}`,
    fix: `${run}, and let every clone and pipeline run once. Where the bucket has no versions, run \`statelock migrate status --watch --record\` meanwhile.`,
  };
}

/** How a client of a consumer comes to lock in both: what synth made before its config changed does not. */
export function deployFirst(consumer: string): string {
  return `Synthesize (\`npx cdktf synth\`), then run \`npx cdktf diff\` or deploy for the stack of ${shown(consumer)}, or Terraform in the root that has its backend`;
}

function whoText(info: LockInfo | undefined): string {
  return info === undefined
    ? "somebody"
    : `${plainText(info.Who)} (${plainText(info.Operation)}, ID ${plainText(info.ID)})`;
}
