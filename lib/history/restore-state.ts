import type { LockInfo } from "../lock/lock-info";
import { takeLocks, underLocks, type HeldLocks, type StateLocks } from "../lock/hold-locks";
import type { ObjectEncryption } from "../lock/object-encryption";
import { UserError, type Problem } from "../problem/problem";
import type { Progress } from "../work/progress";
import type { ReadVersion, RestoreStore, WriteCondition, WriteReply } from "./history-port";
import { planRestore, type RestorePlan, type RestoreWish } from "./restore-plan";
import { stateDigest, type DigestTable } from "../lock/table-digest";

/** What a restore needs of the world. */
export interface RestorePort {
  readonly store: RestoreStore;
  readonly locks: StateLocks;
  /** The digest in DynamoDB; undefined where the state's clients do not ask for one. */
  readonly digest: DigestTable | undefined;
  readonly progress: Progress;
  /** Shows the plan and asks. */
  readonly confirm: (plan: RestorePlan) => Promise<boolean>;
  /** Whether somebody wants it to stop. */
  readonly interrupted: () => boolean;
}

export interface RestoreRequest extends RestoreWish {
  readonly lock: LockInfo;
  /** What the state's consumer declares; `as-it-was`: nobody declares it, so that of the object that is replaced. */
  readonly encryption: ObjectEncryption | undefined | "as-it-was";
  readonly dryRun: boolean;
}

/** How a restore ended. `problems`: what is left to be done although the state is what it should be. */
export type RestoreResult = { readonly plan: RestorePlan } & (
  | { readonly outcome: "planned" | "declined" | "already-there" }
  | { readonly outcome: "digest-corrected"; readonly problems: readonly Problem[] }
  | { readonly outcome: "restored"; readonly versionId: string; readonly problems: readonly Problem[] }
);

/**
 * Makes a version of a state the current one again: under the lock, onto exactly what was looked at, with a serial above
 * every one that there was since. Cut off anywhere, the state is the old or the new one, whole.
 * @throws UserError where something is in the way; then the state is as it was, or the message says that this is not known
 */
export async function restoreState(port: RestorePort, request: RestoreRequest): Promise<RestoreResult> {
  const { progress, store } = port;
  const plan = await progress("Look at the history", async (say) => {
    await requireVersioning(store, request.bucket);
    const found = await planRestore(store, request, port.digest);
    say(`serial ${String(found.from.state.serial)} is to come back as ${String(found.serial)}`);
    return found;
  });
  if (plan.work === "nothing") return { outcome: "already-there", plan };
  if (request.dryRun) return { outcome: "planned", plan };
  if (!(await port.confirm(plan))) return { outcome: "declined", plan };
  if (port.interrupted()) throw new UserError([interrupted(plan.path)], "unknown");

  const encryption = request.encryption === "as-it-was" ? asItWas(plan) : request.encryption;
  const { value, left } = await underLocks(
    () => locked(port, request, encryption),
    () => underLock(port, plan, request.stateKey, encryption),
  );
  const { versionId, problems } = value;
  const all = [...problems, ...left];
  if (versionId === undefined) return { outcome: "digest-corrected", plan, problems: all };
  return { outcome: "restored", plan, versionId, problems: all };
}

/** Takes the locks, and shows that they are taken and released. */
async function locked(
  { locks, progress }: RestorePort,
  { stateKey, lock }: RestoreRequest,
  encryption: ObjectEncryption | undefined,
): Promise<HeldLocks> {
  const held = await progress("Take the lock", async (say) => {
    const taken = await takeLocks(locks, stateKey, lock, encryption);
    say(`ID ${lock.ID}`);
    return taken;
  });
  return {
    release: () =>
      progress("Release the lock", async (say) => {
        const left = await held.release();
        if (left.length > 0) say("it may still be there");
        return left;
      }),
  };
}

/** The state first and then its digest, as Terraform does. Where the digest cannot be written the state is right all the same. */
async function underLock(
  port: RestorePort,
  plan: RestorePlan,
  stateKey: string,
  encryption: ObjectEncryption | undefined,
): Promise<{ readonly versionId: string | undefined; readonly problems: readonly Problem[] }> {
  const { digest, progress, store } = port;
  const now = await current(store, stateKey);
  const condition = conditionFor(plan, now);
  if (condition === undefined) throw new UserError([changed(plan)]);
  if (port.interrupted()) throw new UserError([interrupted(plan.path)], "unknown");
  const versionId =
    plan.work === "digest" ? undefined : await write(port, plan, stateKey, { now, condition, encryption });
  if (digest === undefined) return { versionId, problems: [] };
  const text = plan.work === "digest" ? (plan.present.object?.text ?? "") : plan.text;
  const problems = await progress("Correct the digest in DynamoDB", () => digest.correct(stateDigest(text)));
  return { versionId, problems };
}

/** Without versioning, what is there would be gone for good. */
async function requireVersioning(store: RestoreStore, bucket: string): Promise<void> {
  const status = await store.versioning();
  if (status === "Enabled") return;
  throw new UserError([
    {
      code: "versioning-off",
      path: `s3://${bucket}`,
      message: `must be versioned, so that what is there now is kept, got ${status ?? "a bucket that never was"}`,
      fix: "Turn versioning on (statelock bootstrap does), then run the command again. Nothing was changed.",
    },
  ]);
}

interface Write {
  /** What it replaces. */
  readonly now: ReadVersion | undefined;
  readonly condition: WriteCondition;
  readonly encryption: ObjectEncryption | undefined;
}

/** Writes, and looks whatever S3 answered: an answer may belong to the second of two attempts. @returns the version */
async function write(port: RestorePort, plan: RestorePlan, stateKey: string, what: Write): Promise<string> {
  const { store, progress } = port;
  const reply = await progress("Write the state", async (say) => {
    const answer = await store.write(stateKey, plan.text, what);
    if (answer.reply === "written") say(`${String(Buffer.byteLength(plan.text))} bytes`);
    return answer;
  });
  return progress("Read it again", async (say) => {
    const now = await lookAgain(store, stateKey, plan, reply);
    if (now?.text !== plan.text) throw notThere(plan, reply, sameObject(what.now, now));
    const { versionId } = now;
    if (versionId === undefined || versionId === "null") throw new UserError([notKept(plan)], "unknown");
    say(`version ${versionId}`);
    return versionId;
  });
}

/** Undefined where what is there is not what the plan was made for. */
function conditionFor({ present }: RestorePlan, now: ReadVersion | undefined): WriteCondition | undefined {
  if (!sameObject(present.object, now)) return undefined;
  return now === undefined ? { ifNoneMatch: "*" } : { ifMatch: now.etag };
}

/** S3 leaves the ID `null` out now and then. */
function sameObject(one: ReadVersion | undefined, other: ReadVersion | undefined): boolean {
  return one?.etag === other?.etag && (one?.versionId ?? "null") === (other?.versionId ?? "null");
}

async function current(store: RestoreStore, stateKey: string): Promise<ReadVersion | undefined> {
  const reading = await store.read(stateKey);
  if (reading.found === "unreadable") throw new UserError([reading.problem], "unknown");
  return reading.found === "version" ? reading.object : undefined;
}

/** The look after the write. Where it cannot be made, nobody knows what is there. */
async function lookAgain(
  store: RestoreStore,
  stateKey: string,
  plan: RestorePlan,
  reply: WriteReply,
): Promise<ReadVersion | undefined> {
  const reading = await store.read(stateKey);
  if (reading.found !== "unreadable") return reading.found === "version" ? reading.object : undefined;
  const { code, message } = reply.reply === "failed" ? reply.problem : reading.problem;
  const untold = {
    code,
    path: plan.path,
    message: `${message}. Whether the state was written could not be told: it is the old or the new one, whole`,
    fix: "Run the command again: it looks at what is there, and says so where nothing is left to do.",
  };
  throw new UserError([untold], "unknown");
}

function notThere(plan: RestorePlan, reply: WriteReply, asItWas: boolean): UserError {
  const { path } = plan;
  if (!asItWas) return new UserError([reply.reply === "condition-failed" ? changed(plan) : notOurs(plan)]);
  if (reply.reply === "failed") {
    const { code, message, fix } = reply.problem;
    return new UserError([{ code, path, message: `${message}. The state is as it was`, fix }], "unknown");
  }
  return new UserError(
    [
      {
        code: "restore-unproven",
        path,
        message: `must hold what was written, but S3 says "${reply.reply}" and has what was there before`,
        fix: "Run the command again. When it stays, this store does not do conditional writes as S3 does.",
      },
    ],
    "unknown",
  );
}

function asItWas({ present, from }: RestorePlan): ObjectEncryption | undefined {
  return (present.object ?? from.object).encryption;
}

function changed({ path }: RestorePlan): Problem {
  return {
    code: "other-state",
    path,
    message: "must be as it was looked at, but somebody wrote there meanwhile",
    fix: "Nothing was overwritten. Run the command again: it looks at what is there now.",
  };
}

function notOurs({ path }: RestorePlan): Problem {
  return {
    code: "other-state",
    path,
    message: "must be what was written, but is neither that nor what was there before, although this run held the lock",
    fix: "Look at `statelock history list`: every version is kept. Whoever writes without the lock has to be found first.",
  };
}

function interrupted(path: string): Problem {
  return {
    code: "interrupted",
    path,
    message: "must be left to finish, but was interrupted before the state was written",
    fix: "The state is as it was. Run the command again when you want it.",
  };
}

function notKept({ path, present }: RestorePlan): Problem {
  return {
    code: "versioning-off",
    path,
    message: `must have got a version of its own, but S3 names none: somebody turned versioning off meanwhile, and version ${present.version.versionId} may be gone`,
    fix: "The state is restored. Turn versioning on again, and look at `statelock history list`.",
  };
}
