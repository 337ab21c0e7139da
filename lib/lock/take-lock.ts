import { reworded, UserError, type Problem } from "../problem/problem";
import { plainText } from "../text/plain-text";
import { parseLockInfo, type LockInfo } from "./lock-info";

/** S3 as far as taking a lock needs it. What S3 refuses is thrown as a UserError. */
export interface LockTaker {
  /** Undefined where there is none. */
  read(): Promise<{ readonly text: string } | undefined>;
  /** Writes it only where there is none; false where there is one, or another request on the key was under way. */
  create(text: string): Promise<boolean>;
  pause(milliseconds: number): Promise<void>;
}

/** 409, or a holder that let go between the refusal and the look: worth another try, which Terraform does not make. */
const ATTEMPTS = 3;

/** Milliseconds before the second attempt. */
const PAUSE = 500;

/**
 * Takes a lock as Terraform does. A lock with the same ID that is there already is our own: S3's answer to it was lost,
 * or it was left by a run that noted its ID.
 * @throws UserError while somebody else holds it, or where it cannot be told whether it was taken
 */
export async function takeLock(taker: LockTaker, lock: LockInfo, path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const refused = await refusalOf(taker, lock);
    if (refused === undefined) return;
    const holder = await look(taker, lock);
    if (isOurs(holder, lock)) return;
    if (refused instanceof Error) throw refused;
    if (holder !== undefined || attempt === ATTEMPTS) throw new UserError([lockedProblem(path, holder?.text)]);
    await taker.pause(PAUSE * attempt);
  }
}

/** What keeps a lock from being ours by S3's own word: undefined where nothing does. */
async function refusalOf(taker: LockTaker, lock: LockInfo): Promise<UserError | "there is one" | undefined> {
  try {
    return (await taker.create(JSON.stringify(lock))) ? undefined : "there is one";
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** A lock that was taken and cannot be looked at is named, so that somebody can release it. */
async function look(taker: LockTaker, { ID }: LockInfo): Promise<{ readonly text: string } | undefined> {
  try {
    return await taker.read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const untold = `Whether the lock was taken could not be told; if it was, its ID is ${ID}`;
    const problems = error.problems.map((problem) => reworded(problem, { message: `${problem.message}. ${untold}` }));
    throw new UserError(problems, error.kind);
  }
}

function isOurs(holder: { readonly text: string } | undefined, { ID }: LockInfo): boolean {
  return holder !== undefined && parseLockInfo(holder.text)?.ID === ID;
}

/** What releases a lock file that nobody needs any more. */
const RELEASE_FILE = "`statelock locks show` has the command that releases its lock.";

/** Somebody else's lock. Undefined text: it could not be read. `release`: the next step where its run is dead. */
export function lockedProblem(path: string, text: string | undefined, release = RELEASE_FILE): Problem {
  const holder = text === undefined ? undefined : parseLockInfo(text);
  return {
    code: "state-locked",
    path,
    message: `must be free, but ${holder === undefined ? "somebody holds it" : holderText(holder)}`,
    fix: `Wait until that run is done, then run the command again. If that run is dead, ${release}`,
  };
}

function holderText({ Who, Created, ID, Operation }: LockInfo): string {
  return `${plainText(Who, 200)} holds it since ${plainText(Created, 60)} (ID ${plainText(ID, 100)}, ${plainText(Operation, 60)})`;
}
