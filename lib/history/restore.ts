import { createHash } from "node:crypto";
import type { LockInfo } from "../lock/lock-info";
import type { ObjectEncryption } from "../object-encryption";
import { UserError, type Problem } from "../problem";
import type { Progress } from "../progress";
import { lockProblem, restoreLocks, type LocksOfState } from "./restore-locks";
import type { ReadVersion, RestoreStore, WriteCondition } from "./port";
import { planRestore, type RestorePlan, type RestoreWish } from "./restore-plan";
import { tableDigest, type DigestTable } from "./table-digest";

/** What a restore needs of the world. */
export interface RestorePort {
  readonly store: RestoreStore;
  readonly locks: LocksOfState;
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
  const { progress, store, digest } = port;
  const plan = await progress("Look at the history", async (say) => {
    await requireVersioning(store, request.bucket);
    const found = await planRestore(store, request);
    say(`serial ${String(found.from.state.serial)}, to be written as ${String(found.serial)}`);
    return found;
  });
  const stale = plan.alreadyThere && digest !== undefined && !(await digest.holds(md5(plan.present.object?.text ?? "")));
  if (plan.alreadyThere && !stale) return { outcome: "already-there", plan };
  if (request.dryRun) return { outcome: "planned", plan };
  if (!(await port.confirm(plan))) return { outcome: "declined", plan };
  if (port.interrupted()) throw new UserError([interrupted(plan.path)], "unknown");

  const encryption = request.encryption === "as-it-was" ? asItWas(plan) : request.encryption;
  const held = await progress("Take the lock", async (say) => {
    const taken = await restoreLocks(port.locks, request.stateKey, request.lock, encryption);
    say(`ID ${request.lock.ID}`);
    return taken;
  });
  let failure: unknown;
  let versionId: string | undefined;
  const problems: Problem[] = [];
  try {
    if (!stale) versionId = await writeUnderLock(port, plan, request.stateKey, encryption);
    problems.push(...(await correctDigest(port, plan, stale)));
  } catch (error) {
    failure = error;
  }
  const left = await progress("Release the lock", async (say) => {
    const found = await held.release();
    if (found.length > 0) say("it may be left");
    return found;
  });
  if (failure instanceof UserError) throw new UserError([...failure.problems, ...left], failure.verdict);
  if (failure !== undefined) throw failure as Error;
  if (versionId === undefined) return { outcome: "digest-corrected", plan, problems: [...problems, ...left] };
  return { outcome: "restored", plan, versionId, problems: [...problems, ...left] };
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

async function writeUnderLock(
  { store, progress, interrupted: stop }: RestorePort,
  plan: RestorePlan,
  stateKey: string,
  encryption: ObjectEncryption | undefined,
): Promise<string> {
  const written = await progress("Write the state", async (say) => {
    const now = await current(store, stateKey);
    const condition = conditionFor(plan, now);
    if (condition === undefined) throw new UserError([changed(plan)]);
    if (stop()) throw new UserError([interrupted(plan.path)], "unknown");
    const reply = await store.write(stateKey, plan.text, { condition, encryption });
    if (reply.reply === "written") say(`version ${reply.versionId ?? "none"}`);
    return { reply, replaced: now };
  });
  return progress("Read it again", async (say) => {
    const now = await lookAgain(store, stateKey, plan, written.reply.reply === "failed" ? written.reply.problem : undefined);
    if (now?.text !== plan.text) throw notThere(plan, written.reply, written.replaced, now);
    const { versionId } = now;
    if (versionId === undefined || versionId === "null") throw new UserError([notKept(plan)]);
    say("it is what was meant");
    return versionId;
  });
}

/** Undefined where what is there is not what the plan was made for. */
function conditionFor({ present }: RestorePlan, now: ReadVersion | undefined): WriteCondition | undefined {
  if (present.object === undefined) return now === undefined ? { ifNoneMatch: "*" } : undefined;
  if (now?.etag !== present.object.etag || now.versionId !== present.object.versionId) return undefined;
  return { ifMatch: now.etag };
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
  why: Problem | undefined,
): Promise<ReadVersion | undefined> {
  const reading = await store.read(stateKey);
  if (reading.found !== "unreadable") return reading.found === "version" ? reading.object : undefined;
  const { message } = why ?? reading.problem;
  const untold = {
    ...reading.problem,
    path: plan.path,
    message: `${message}. Whether the state was written could not be told: it is the old or the new one, whole`,
    fix: "Run the command again: it looks at what is there, and says so where nothing is left to do.",
  };
  throw new UserError([untold], "unknown");
}

function notThere(
  plan: RestorePlan,
  reply: { readonly reply: string; readonly problem?: Problem },
  replaced: ReadVersion | undefined,
  now: ReadVersion | undefined,
): UserError {
  if (now?.versionId !== replaced?.versionId || now?.etag !== replaced?.etag) return new UserError([changed(plan)]);
  const asItWas = "The state is as it was";
  if (reply.problem !== undefined)
    return new UserError([{ ...reply.problem, message: `${reply.problem.message}. ${asItWas}` }], "unknown");
  return new UserError(
    [
      {
        code: "restore-unproven",
        path: plan.path,
        message: `must hold what was written, but S3 says "${reply.reply}" and has what was there before`,
        fix: "Run the command again. When it stays, this store does not do conditional writes as S3 does.",
      },
    ],
    "unknown",
  );
}

/** After the state, as Terraform does. Where it fails the state is right, and clients that ask for the digest stop. */
async function correctDigest({ digest, progress }: RestorePort, plan: RestorePlan, stale: boolean): Promise<Problem[]> {
  if (digest === undefined) return [];
  const text = stale ? (plan.present.object?.text ?? "") : plan.text;
  return progress("Correct the digest in DynamoDB", () => digest.correct(md5(text)));
}

function asItWas({ present, from }: RestorePlan): ObjectEncryption | undefined {
  return (present.object ?? from.object).encryption;
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

function changed({ path }: RestorePlan): Problem {
  return {
    code: "other-state",
    path,
    message: "must be as it was looked at, but somebody wrote there meanwhile",
    fix: "Nothing was overwritten. Run the command again: it looks at what is there now.",
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
