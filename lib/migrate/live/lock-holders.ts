import { program } from "../../engine/spoken-engine";
import { holderText } from "../../lock/holder-text";
import { parseLockInfo, type LockInfo } from "../../lock/lock-info";
import type { LockReading } from "../../lock/lock-port";
import { lockItemId, type ItemReading } from "../../lock/lock-table";
import { keyArgument } from "../../inventory/state-owner";
import { plainText } from "../../text/plain-text";
import { shellQuoted } from "../../text/shell-quoted";
import type { Problem } from "../../problem/problem";
import { LOCK_OPERATION, type LiveState } from "./live-state";
import type { LiveTarget } from "./live-target";

/** Whether somebody holds a lock, and who. `info` is undefined if Terraform could not read the lock's body. */
export type LockHolder = { readonly held: true; readonly info: LockInfo | undefined } | { readonly held: false };

/** Returns who holds the file lock; undefined if S3 did not answer. */
export function fileHolder(reading: LockReading): LockHolder | undefined {
  if (reading.found === "unreadable") return undefined;
  if (reading.found === "nothing") return { held: false };
  return { held: true, info: reading.object.text === undefined ? undefined : parseLockInfo(reading.object.text) };
}

/** Returns who holds the lock in the table; undefined if DynamoDB did not answer. */
export function tableHolder(reading: ItemReading): LockHolder | undefined {
  if (reading.found === "unreadable") return undefined;
  if (reading.found === "nothing") return { held: false };
  return { held: true, info: reading.item.kind === "lock" ? parseLockInfo(reading.item.info) : undefined };
}

/** Returns who holds a lock of the state, in S3 or in the table; undefined if nobody is known to hold one. */
export function stateHolder({ fileLock, table }: LiveState): Extract<LockHolder, { held: true }> | undefined {
  const holders = [fileHolder(fileLock), ...(table === undefined ? [] : [tableHolder(table.lock)])];
  return holders.find((holder) => holder?.held === true);
}

/** Returns a problem if somebody holds a lock of the state, with the command that shows the lock. */
export function heldProblem(target: LiveTarget, live: LiveState): Problem | undefined {
  const holder = stateHolder(live);
  if (holder === undefined) return undefined;
  const { info } = holder;
  const isFile = fileHolder(live.fileLock)?.held === true;
  const { lock, show } = isFile ? fileLockText(target, live) : tableLockText(target, live);
  return {
    code: "lock-held",
    path: `s3://${target.bucket}/${live.stateKey}`,
    message: `must not be locked while its root changes how it locks, but ${holderText(info)} holds ${lock}`,
    fix:
      info?.Operation === LOCK_OPERATION
        ? `Wait until that run has ended, then run this again. If it was killed, add --take-over ${shellQuoted(info.ID)}.`
        : `Wait until that run has ended, then run this again. ${show}.`,
  };
}

/** What to call a lock, and the command that shows it. */
interface LockText {
  readonly lock: string;
  readonly show: string;
}

function fileLockText({ bucket, region, flags: given = "" }: LiveTarget, { stateKey }: LiveState): LockText {
  const flags = `--bucket ${shellQuoted(bucket)} --region ${shellQuoted(region)}${given}`;
  return {
    lock: "a lock with a file",
    show: `\`statelock locks show ${shellQuoted(keyArgument(stateKey, bucket))} ${flags}\` shows the lock`,
  };
}

function tableLockText({ bucket, region, table = "", profile }: LiveTarget, { stateKey }: LiveState): LockText {
  const key = shellQuoted(JSON.stringify({ LockID: { S: lockItemId(bucket, stateKey) } }));
  const flags = `--table-name ${shellQuoted(table)} --region ${shellQuoted(region)}${profile === undefined ? "" : ` --profile ${shellQuoted(profile)}`} --consistent-read --key ${key}`;
  return {
    lock: `a lock in the DynamoDB table ${plainText(table, Infinity)}, which \`statelock locks\` does not read`,
    show: `\`aws dynamodb get-item ${flags}\` shows the lock. If its run is dead, its owner releases it with \`${program()} force-unlock\` and the ID, in that root`,
  };
}
