import { reworded, UserError, type Problem } from "../problem/problem";
import { plainText } from "../text/plain-text";
import { holderText } from "./holder-text";
import { lockKeyRefused } from "./store-honours";
import { encodedLock, NO_TIME, parseLockInfo, type LockInfo } from "./lock-info";

/** Port: one lock file in S3. */
interface LockTaker {
  /** Returns the lock's body; undefined if there is no lock. @throws UserError if S3 does not tell */
  read(): Promise<{ readonly text: string } | undefined>;
  /** Writes the lock if the key is free. Returns false if it is not, or if another request on the key won. @throws UserError */
  create(text: string): Promise<boolean>;
  pause(milliseconds: number): Promise<void>;
}

/** A 409, or a holder that left between the refusal and the look, is worth another attempt. Terraform makes none. */
const ATTEMPTS = 3;

/** Milliseconds before the second attempt. */
const PAUSE = 500;

/**
 * Takes a lock as Terraform does. An existing lock with the same ID is our own: S3's answer was lost, or an earlier run
 * noted that ID and was killed.
 * @param markersCount true if the store counts a delete marker as an object
 * @throws UserError if somebody else holds the lock, or if S3 does not tell whether it was taken
 */
export async function takeLock(taker: LockTaker, lock: LockInfo, path: string, markersCount = false): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const refused = await refusalOf(taker, lock);
    if (refused === undefined) return;
    const holder = await look(taker, lock);
    if (isOurs(holder, lock)) return;
    if (refused instanceof Error) throw refused;
    if (holder === undefined && attempt === ATTEMPTS && markersCount) throw new UserError([lockKeyRefused(path)]);
    if (holder !== undefined || attempt === ATTEMPTS) throw new UserError([lockedProblem(path, holder?.text)]);
    await taker.pause(PAUSE * attempt);
  }
}

/** Asks for the lock. Returns undefined if S3 says that it is ours. */
async function refusalOf(taker: LockTaker, lock: LockInfo): Promise<UserError | "there is one" | undefined> {
  try {
    return (await taker.create(encodedLock(lock))) ? undefined : "there is one";
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Reads the lock. An error names the lock's ID, so that somebody can release a lock that was taken. */
async function look(taker: LockTaker, { ID }: LockInfo): Promise<{ readonly text: string } | undefined> {
  try {
    return await taker.read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const problems = error.problems.map((problem) =>
      reworded(problem, { message: `${problem.message}. ${mayBeTaken(ID)}` }),
    );
    throw new UserError(problems, error.kind);
  }
}

function isOurs(holder: { readonly text: string } | undefined, { ID }: LockInfo): boolean {
  return holder !== undefined && parseLockInfo(holder.text)?.ID === ID;
}

/** Says that a lock may have been taken, with its ID. */
export function mayBeTaken(lockId: string): string {
  return `Statelock could not find out whether it took the lock; if it did, its ID is ${lockId}`;
}

const RELEASE_FILE = "`statelock locks show` prints the command that releases its lock.";

/** Returns the next step for a lock that somebody holds. @param release what to do if the holder is dead, as the end of a sentence */
export function lockedFix(release: string): string {
  return `Wait until that run is done, then run the command again. If that run is dead, ${release}`;
}

/**
 * The problem of a lock that somebody else holds.
 * @param text the lock's body; undefined if it could not be read
 * @param release the next step if the holder is dead, as the end of a sentence
 */
export function lockedProblem(path: string, text: string | undefined, release = RELEASE_FILE): Problem {
  const holder = text === undefined ? undefined : parseLockInfo(text);
  const since = holder === undefined || holder.Created === NO_TIME ? "" : ` since ${plainText(holder.Created, 60)}`;
  return {
    code: "state-locked",
    path,
    message: `is locked by ${holderText(holder)}${since}`,
    fix: lockedFix(release),
  };
}
