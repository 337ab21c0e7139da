import type { ObjectTags } from "../policy/object-tags";
import { UserError, type Problem } from "../problem/problem";
import { silentProgress, type Progress } from "../work/progress";
import type { ObjectEncryption } from "./object-encryption";
import type { ReadVersion, StateStore, WriteReply } from "./state-store";

/** One write of a state. */
interface StateReplacement {
  readonly bucket: string;
  readonly stateKey: string;
  readonly text: string;
  /** The object that was read under the lock, and may be replaced. Undefined: the key must be free. */
  readonly replaces: ReadVersion | undefined;
  readonly encryption: ObjectEncryption | undefined;
  /** @default - none */
  readonly tags?: ObjectTags | undefined;
  /** The problem's code if S3 says that it wrote and still has the old object. */
  readonly unproven: Pick<Problem, "code">;
}

/**
 * Writes a state onto exactly the object that was read, and reads it back: S3's answer may belong to the second of two
 * attempts. Call it under the state's locks, see {@link underLocks}.
 * @returns the object that is there now, with the new text
 * @throws UserError that says which of the two states is there, or that this is not known
 */
export async function replaceState(
  store: StateStore,
  replacement: StateReplacement,
  progress: Progress = silentProgress,
): Promise<ReadVersion> {
  const { stateKey, text, replaces, encryption, tags } = replacement;
  const condition = replaces === undefined ? ({ ifNoneMatch: "*" } as const) : { ifMatch: replaces.etag };
  const reply = await progress("Write the state", async (say) => {
    const answer = await store.write(stateKey, text, { condition, encryption, tags });
    say(answer.reply === "written" ? `${String(Buffer.byteLength(text))} bytes` : "not written");
    return answer;
  });
  return progress("Read it again", async (say) => {
    const now = await lookAgain(store, replacement, reply);
    if (now?.text !== text) throw notThere(replacement, reply, isSameObject(replaces, now));
    if (now.versionId !== undefined) say(`version ${now.versionId}`);
    return now;
  });
}

/** Reads the current object; undefined if the key is free. @throws UserError if it cannot be read */
export async function readCurrent(store: Pick<StateStore, "read">, stateKey: string): Promise<ReadVersion | undefined> {
  const reading = await store.read(stateKey);
  if (reading.found === "unreadable") throw new UserError([reading.problem], "unknown");
  return reading.found === "version" ? reading.object : undefined;
}

/** True if both are one object, or both are nothing. S3 sometimes leaves out the version ID `null`. */
export function isSameObject(one: ReadVersion | undefined, other: ReadVersion | undefined): boolean {
  return one?.etag === other?.etag && (one?.versionId ?? "null") === (other?.versionId ?? "null");
}

/** The problem of a state that somebody else wrote between a look and the write. */
export function stateChanged(bucket: string, stateKey: string): Problem {
  return {
    code: "other-state",
    path: `s3://${bucket}/${stateKey}`,
    message: "changed after this command read it: somebody else wrote there",
    fix: "Statelock overwrote nothing. Run the command again: it starts from the current state.",
  };
}

/** Reads after the write. If that fails, nobody knows which state is there. */
async function lookAgain(
  store: StateStore,
  { bucket, stateKey }: StateReplacement,
  reply: WriteReply,
): Promise<ReadVersion | undefined> {
  const reading = await store.read(stateKey);
  if (reading.found !== "unreadable") return reading.found === "version" ? reading.object : undefined;
  const { code, message } = reply.reply === "failed" ? reply.problem : reading.problem;
  const untold = {
    code,
    path: `s3://${bucket}/${stateKey}`,
    message: `${message}. Statelock could not find out whether the write happened: the key holds the old state or the new one, whole`,
    fix: "Run the command again: it reads what is there, and stops if nothing remains to do.",
  };
  throw new UserError([untold], "unknown");
}

function notThere(replacement: StateReplacement, reply: WriteReply, isAsBefore: boolean): UserError {
  const { bucket, stateKey, unproven } = replacement;
  const path = `s3://${bucket}/${stateKey}`;
  if (!isAsBefore) {
    return new UserError([reply.reply === "condition-failed" ? stateChanged(bucket, stateKey) : foreignState(path)]);
  }
  if (reply.reply === "failed") {
    const { code, message, fix } = reply.problem;
    return new UserError([{ code, path, message: `${message}. The state is unchanged`, fix }], "unknown");
  }
  return new UserError(
    [
      {
        ...unproven,
        path,
        message: `still holds the old state, although S3 answered "${reply.reply}"`,
        fix: "Run the command again. If this happens again, the store does not support conditional writes as S3 does.",
      },
    ],
    "unknown",
  );
}

function foreignState(path: string): Problem {
  return {
    code: "other-state",
    path,
    message: "holds neither the old state nor the one that was written, although this run held the lock",
    fix: "Look at `statelock history list`: every version is kept. Find the client that writes without the lock first.",
  };
}
