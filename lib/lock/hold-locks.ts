import type { ObjectEncryption } from "./object-encryption";
import { reworded, UserError, type Problem } from "../problem/problem";
import { parseLockInfo, type LockInfo } from "./lock-info";
import { lockItemId, type LockTable, type TableItem } from "./lock-table";
import type { ReleaseResult } from "./release-decisions";
import { lockedProblem } from "./take-lock";

/** S3 as far as the locks of states are taken and released in it. */
export interface FileLocks {
  /** Takes the lock, with the state's encryption. @throws UserError when somebody holds it, or it cannot be told */
  takeLock(stateKey: string, lock: LockInfo, encryption: ObjectEncryption | undefined): Promise<void>;
  /** Releases the lock that has this ID, on condition of its ETag. */
  releaseLock(stateKey: string, lockId: string): Promise<ReleaseResult>;
}

/** Where the clients of a state lock it. */
export interface StateLocks {
  readonly bucket: string;
  /** Undefined where they lock in DynamoDB alone. */
  readonly s3: FileLocks | undefined;
  /** Undefined where they lock in S3 alone. */
  readonly table: LockTable | undefined;
  /** What releases a lock in S3, to be pasted as it is. */
  readonly releaseCommand: (stateKey: string, lockId: string) => string;
}

/** Locks that are held. */
export interface HeldLocks {
  /** Tries every one of them. @returns those that are, or may be, left */
  release(): Promise<Problem[]>;
}

/**
 * Does something under locks, which are released whatever becomes of it.
 * @returns what it came to, and the locks that are, or may be, left
 * @throws UserError as `take` and `work` do; locks that are left are among its problems
 */
export async function underLocks<T>(
  take: () => Promise<HeldLocks>,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly left: readonly Problem[] }> {
  const held = await take();
  const done = await settled(work);
  const left = await held.release();
  if (!("value" in done)) throw withProblems(done.error, left);
  return { value: done.value, left };
}

/**
 * Takes the locks in Terraform's order, S3 before DynamoDB, and lets the first go where the second cannot be had.
 * @throws UserError while somebody else holds one, or where it cannot be told
 */
export async function takeLocks(
  locks: StateLocks,
  stateKey: string,
  lock: LockInfo,
  encryption: ObjectEncryption | undefined,
): Promise<HeldLocks> {
  const inS3 = await takeInS3(locks, stateKey, lock, encryption);
  try {
    const inTable = await takeInTable(locks, stateKey, lock);
    return { release: async () => [...(await inS3.release()), ...(await inTable.release())] };
  } catch (error) {
    throw withProblems(error, await inS3.release());
  }
}

const NOTHING_HELD: HeldLocks = { release: () => Promise.resolve([]) };

async function takeInS3(
  { bucket, s3, releaseCommand }: StateLocks,
  stateKey: string,
  lock: LockInfo,
  encryption: ObjectEncryption | undefined,
): Promise<HeldLocks> {
  if (s3 === undefined) return NOTHING_HELD;
  await s3.takeLock(stateKey, lock, encryption);
  return {
    release: async () => {
      const reason = leftReason(await s3.releaseLock(stateKey, lock.ID));
      if (reason === undefined) return [];
      return [left(`s3://${bucket}/${stateKey}.tflock`, lock, reason, releaseCommand(stateKey, lock.ID))];
    },
  };
}

/** Undefined where the lock with our ID is no more. */
function leftReason(result: ReleaseResult): string | undefined {
  if (result.outcome === "unknown") return result.problem.message;
  if (result.outcome !== "still-held") return undefined;
  return "problem" in result.reply ? result.reply.problem.message : `S3 answered "${result.reply.reply}"`;
}

const RELEASE_IN_TABLE =
  "its owner releases it with `terraform force-unlock` and the ID, in a root of that state: `statelock locks` reads no table.";

async function takeInTable({ bucket, table }: StateLocks, stateKey: string, lock: LockInfo): Promise<HeldLocks> {
  if (table === undefined) return NOTHING_HELD;
  const item = lockItemId(bucket, stateKey);
  const path = `DynamoDB item ${item}`;
  const info = JSON.stringify(lock);
  const reply = await table.takeLock(item, info);
  let held = info;
  if (reply.reply !== "done") {
    const there = reply.reply === "changed" ? reply.item : await itemNow(table, item, reply.problem, lock);
    const text = there?.kind === "lock" ? there.info : undefined;
    const isOurs = text !== undefined && parseLockInfo(text)?.ID === lock.ID;
    if (!isOurs && reply.reply === "changed") throw new UserError([lockedProblem(path, text, RELEASE_IN_TABLE)]);
    if (!isOurs && reply.reply === "failed") throw new UserError([reply.problem], "unknown");
    held = text ?? info;
  }
  return {
    release: async () => {
      const released = await table.releaseLock(item, held);
      if (released.reply !== "failed") return [];
      const command = `terraform force-unlock ${lock.ID}, in a root of that state`;
      return [left(path, lock, released.problem.message, command)];
    },
  };
}

/** What is there after a write that failed. @throws UserError, with the ID of the lock, where that cannot be told */
async function itemNow(table: LockTable, item: string, why: Problem, { ID }: LockInfo): Promise<TableItem | undefined> {
  const reading = await table.read(item);
  if (reading.found !== "unreadable") return reading.found === "item" ? reading.item : undefined;
  const message = `${why.message}. Whether the lock was taken could not be told; if it was, its ID is ${ID}`;
  throw new UserError([reworded(why, { message })], "unknown");
}

function left(path: string, { ID }: LockInfo, reason: string, command: string): Problem {
  return {
    code: "lock-left",
    path,
    message: `must be released, and may still be there: ${reason}. The lock's ID is ${ID}`,
    fix: `Release it: ${command}`,
  };
}

async function settled<T>(work: () => Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

function withProblems(error: unknown, more: readonly Problem[]): unknown {
  return error instanceof UserError ? new UserError([...error.problems, ...more], error.kind) : error;
}
