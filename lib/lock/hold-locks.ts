import { program } from "../engine/spoken-engine";
import { reworded, UserError, type Problem } from "../problem/problem";
import { LOCK_SUFFIX } from "../state/state-keys";
import { uncut } from "../work/interruption";
import { silentProgress, type Progress } from "../work/progress";
import { encodedLock, parseLockInfo, type LockInfo } from "./lock-info";
import { lockItemId, type LockTable, type TableItem } from "./lock-table";
import type { ObjectEncryption } from "./object-encryption";
import type { ReleaseResult } from "./release-decisions";
import { lockedFix, lockedProblem, mayBeTaken } from "./take-lock";

/** Port: takes and releases lock files in S3. */
export interface FileLocks {
  /**
   * Takes the lock, with the state's encryption.
   * @throws UserError if somebody holds the lock, or if nothing shows whether it was taken
   */
  takeLock(stateKey: string, lock: LockInfo, encryption: ObjectEncryption | undefined): Promise<void>;
  /** Releases the lock that has this ID, on condition of its ETag. */
  releaseLock(stateKey: string, lockId: string): Promise<ReleaseResult>;
}

/** Where the clients of a state lock it: with a lock file in S3, with an item in a DynamoDB table, or with both. */
export interface StateLocks {
  readonly bucket: string;
  /** Undefined if they lock only in DynamoDB. */
  readonly s3: FileLocks | undefined;
  /** Undefined if they lock only in S3. */
  readonly table: LockTable | undefined;
  /** Returns a command that releases a lock file, ready to paste. */
  readonly releaseCommand: (stateKey: string, lockId: string) => string;
  /** Returns a command that shows the lock file of a state, ready to paste. @default - a command without key and options */
  readonly showCommand?: (stateKey: string) => string;
  /** Shows a lock before this run takes it, so that somebody knows its ID whatever ends the run. @default - shows nothing */
  readonly announce?: (lock: string) => void;
}

/**
 * The locks to hold. The caller chooses the ID in `lock` before the first request, so it can record the ID first: a later
 * run then finds the locks of a run that was killed.
 */
interface LockRequest {
  readonly stateKey: string;
  readonly lock: LockInfo;
  readonly encryption: ObjectEncryption | undefined;
}

/** Releases the locks that were taken. Returns a problem for each lock that is still there or may be. */
type Release = () => Promise<Problem[]>;

/**
 * Runs `work` while every lock of a state is held, and releases the locks afterwards, whatever happens: a signal waits for
 * the release. Every write of a state or of its digest goes through here.
 * @returns the result of `work`, and a `lock-left` problem for each lock that is still there or may be
 * @throws the error of taking the locks or of `work`, followed by the same `lock-left` problems
 */
export async function underLocks<T>(
  locks: StateLocks,
  request: LockRequest,
  work: () => Promise<T>,
  progress: Progress = silentProgress,
): Promise<{ readonly value: T; readonly left: readonly Problem[] }> {
  const { bucket, releaseCommand } = locks;
  const { ID } = request.lock;
  const path = `s3://${bucket}/${request.stateKey}`;
  locks.announce?.(`lock of ${path}, ID ${ID}`);
  const leaves = `the lock of ${path}, ID ${ID}: ${releaseCommand(request.stateKey, ID)}`;
  return uncut(leaves, () => holdWhile(locks, request, work, progress));
}

async function holdWhile<T>(
  locks: StateLocks,
  request: LockRequest,
  work: () => Promise<T>,
  progress: Progress,
): Promise<{ readonly value: T; readonly left: readonly Problem[] }> {
  const release = await progress("Take the lock", async (say) => {
    const taken = await takeLocks(locks, request);
    say(`ID ${request.lock.ID}`);
    return taken;
  });
  const done = await settled(work);
  const left = await progress("Release the lock", async (say) => {
    const problems = await release();
    if (problems.length > 0) say("it may still be there");
    return problems;
  });
  if ("error" in done) throw withProblems(done.error, left);
  return { value: done.value, left };
}

/** Releases a lock file that an earlier run of this program left. Leaves a lock with another ID alone. */
export async function releaseLeftLock(locks: StateLocks, stateKey: string, lockId: string): Promise<Problem[]> {
  return locks.s3 === undefined ? [] : releaseFile(locks, locks.s3, stateKey, lockId);
}

/** Takes the locks in Terraform's order: S3, then DynamoDB. Releases the first if the second cannot be taken. */
async function takeLocks(locks: StateLocks, request: LockRequest): Promise<Release> {
  const releaseInS3 = await takeInS3(locks, request);
  try {
    const releaseInTable = await takeInTable(locks, request);
    return async () => [...(await releaseInS3()), ...(await releaseInTable())];
  } catch (error) {
    throw withProblems(error, await releaseInS3());
  }
}

/** Releases nothing: the clients do not lock here. */
const nothingHeld: Release = () => Promise.resolve([]);

async function takeInS3(locks: StateLocks, { stateKey, lock, encryption }: LockRequest): Promise<Release> {
  const { s3, showCommand } = locks;
  if (s3 === undefined) return nothingHeld;
  await s3.takeLock(stateKey, lock, encryption).catch((error: unknown) => {
    throw showCommand === undefined ? error : withShowCommand(error, showCommand(stateKey));
  });
  return () => releaseFile(locks, s3, stateKey, lock.ID);
}

/** Names the state and the given options in the next step for a lock that somebody else holds. */
function withShowCommand(error: unknown, command: string): unknown {
  if (!(error instanceof UserError)) return error;
  const fix = lockedFix(`\`${command}\` prints the command that releases its lock.`);
  const problems = error.problems.map((problem) =>
    problem.code === "state-locked" ? reworded(problem, { fix }) : problem,
  );
  return new UserError(problems, error.kind);
}

async function releaseFile(
  { bucket, releaseCommand }: StateLocks,
  s3: FileLocks,
  stateKey: string,
  lockId: string,
): Promise<Problem[]> {
  const result = await settled(() => s3.releaseLock(stateKey, lockId));
  const reason = "error" in result ? errorText(result.error) : leftReason(result.value);
  if (reason === undefined) return [];
  return [lockLeft(`s3://${bucket}/${stateKey}${LOCK_SUFFIX}`, lockId, reason, releaseCommand(stateKey, lockId))];
}

/** Undefined if the lock with our ID is certainly gone. */
function leftReason(result: ReleaseResult): string | undefined {
  if (result.outcome === "unknown") return result.problem.message;
  if (result.outcome !== "still-held") return undefined;
  return "problem" in result.reply ? result.reply.problem.message : `S3 answered "${result.reply.reply}"`;
}

const releaseInTable = (): string =>
  `its owner releases it with \`${program()} force-unlock\` and the ID, in a root of that state: \`statelock locks\` reads no table.`;

/**
 * Takes the lock in DynamoDB. If the write fails and the item has our ID, the write succeeded and only its answer was lost.
 * DynamoDB releases the item only while it has the text in `held`.
 */
async function takeInTable({ bucket, table }: StateLocks, { stateKey, lock }: LockRequest): Promise<Release> {
  if (table === undefined) return nothingHeld;
  const item = lockItemId(bucket, stateKey);
  const path = `DynamoDB item ${item}`;
  const info = encodedLock(lock);
  const reply = await table.takeLock(item, info);
  let held = info;
  if (reply.reply !== "done") {
    const there = reply.reply === "changed" ? reply.item : await itemNow(table, item, reply.problem, lock);
    const text = there?.kind === "lock" ? there.info : undefined;
    const isOurs = text !== undefined && parseLockInfo(text)?.ID === lock.ID;
    if (!isOurs && reply.reply === "changed") throw new UserError([lockedProblem(path, text, releaseInTable())]);
    if (!isOurs && reply.reply === "failed") throw new UserError([reply.problem], "unknown");
    held = text ?? info;
  }
  return async () => {
    const released = await settled(() => table.releaseLock(item, held));
    if ("value" in released && released.value.reply !== "failed") return [];
    const reason =
      "error" in released
        ? errorText(released.error)
        : "problem" in released.value
          ? released.value.problem.message
          : "";
    return [lockLeft(path, lock.ID, reason, `${program()} force-unlock ${lock.ID}, in a root of that state`)];
  };
}

/** Reads the item after a failed write. @throws UserError that names the lock's ID, if the item cannot be read */
async function itemNow(table: LockTable, item: string, why: Problem, { ID }: LockInfo): Promise<TableItem | undefined> {
  const reading = await table.read(item);
  if (reading.found !== "unreadable") return reading.found === "item" ? reading.item : undefined;
  throw new UserError([reworded(why, { message: `${why.message}. ${mayBeTaken(ID)}` })], "unknown");
}

function lockLeft(path: string, lockId: string, reason: string, command: string): Problem {
  return {
    code: "lock-left",
    path,
    message: `could not be released and may still be there: ${reason}. The lock's ID is ${lockId}`,
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

/** Adds problems to an error. The first error stays first, and the operator still reads about every remaining lock. */
function withProblems(error: unknown, more: readonly Problem[]): unknown {
  if (more.length === 0) return error;
  if (error instanceof UserError) return new UserError([...error.problems, ...more], error.kind);
  const texts = more.map(({ path, message, fix }) => `${path} ${message}. ${fix}`);
  return new Error([errorText(error), ...texts].join("\n"), { cause: error });
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
