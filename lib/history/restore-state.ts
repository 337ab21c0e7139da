import { underLocks, type StateLocks } from "../lock/hold-locks";
import type { LockInfo } from "../lock/lock-info";
import type { ObjectEncryption } from "../lock/object-encryption";
import { isSameObject, readCurrent, replaceState, stateChanged } from "../lock/replace-state";
import { noVersions } from "../lock/no-versions";
import { requireSafeOverwrite } from "../lock/store-honours";
import type { ReadVersion } from "../lock/state-store";
import { stateDigest, type DigestTable } from "../lock/table-digest";
import type { ObjectTags } from "../policy/object-tags";
import { UserError, type Problem } from "../problem/problem";
import type { Progress } from "../work/progress";
import type { RestoreStore } from "./history-port";
import { keptTags } from "./kept-tags";
import { planRestore, type RestorePlan, type RestoreWish } from "./restore-plan";

/** What a restore needs from outside. */
export interface RestorePort {
  readonly store: RestoreStore;
  readonly locks: StateLocks;
  /** The state's digest in DynamoDB; undefined if the state's clients keep none. */
  readonly digest: DigestTable | undefined;
  readonly progress: Progress;
  /** Shows the plan and asks. */
  readonly confirm: (plan: RestorePlan) => Promise<boolean>;
  /** True once somebody asked the run to stop. */
  readonly interrupted: () => boolean;
}

export interface RestoreRequest extends RestoreWish {
  readonly lock: LockInfo;
  /** The encryption that the state's consumer declares. `as-it-was`: no consumer declares one, so keep the object's. */
  readonly encryption: ObjectEncryption | undefined | "as-it-was";
  /** The tags that the state's consumer declares. @default - none */
  readonly tags?: ObjectTags | undefined;
  readonly dryRun: boolean;
}

/** How a restore ended. `problems` are what remains to be done although the state is right. */
export type RestoreResult = { readonly plan: RestorePlan } & (
  | { readonly outcome: "planned" | "declined" | "already-there" }
  | { readonly outcome: "digest-corrected"; readonly problems: readonly Problem[] }
  | { readonly outcome: "restored"; readonly versionId: string; readonly problems: readonly Problem[] }
);

/**
 * Makes an earlier version of a state the current one again: under the lock, onto exactly the object that was read, with
 * a serial above every later one, unless the serial is encrypted. If the run is killed anywhere, the state is the old or the new one, whole.
 * @throws UserError if something is in the way; the state is then unchanged, or the message says that this is not known
 */
export async function restoreState(port: RestorePort, request: RestoreRequest): Promise<RestoreResult> {
  const { progress, store, locks } = port;
  const plan = await progress("Look at the history", async (say) => {
    await requireVersioning(store, request.bucket);
    const planned = await planRestore(store, request, port.digest);
    const found = planned.work === "state" ? await withTags(store, request, planned) : planned;
    const { serial } = found.from.head;
    say(`serial ${String(serial)} comes back${found.serial === serial ? "" : ` as ${String(found.serial)}`}`);
    return found;
  });
  if (plan.work === "nothing") return { outcome: "already-there", plan };
  if (request.dryRun) return { outcome: "planned", plan };
  if (plan.work === "state") requireSafeOverwrite(await store.honours(), plan.path);
  if (!(await port.confirm(plan))) return { outcome: "declined", plan };
  if (port.interrupted()) throw new UserError([interrupted(plan.path)], "unknown");

  const { stateKey, lock } = request;
  const encryption = request.encryption === "as-it-was" ? encryptionAsItWas(plan) : request.encryption;
  const work = (): Promise<Restored> => writeState(port, plan, request, encryption);
  const { value, left } = await underLocks(locks, { stateKey, lock, encryption }, work, progress);
  const problems = [...value.problems, ...left];
  const { versionId } = value;
  if (versionId === undefined) return { outcome: "digest-corrected", plan, problems };
  return { outcome: "restored", plan, versionId, problems };
}

interface Restored {
  /** Undefined if only the digest was written. */
  readonly versionId: string | undefined;
  readonly problems: readonly Problem[];
}

/** Writes the state first and then its digest, as Terraform does. A digest that fails does not make the state wrong. */
async function writeState(
  port: RestorePort,
  plan: RestorePlan,
  { bucket, stateKey }: RestoreRequest,
  encryption: ObjectEncryption | undefined,
): Promise<Restored> {
  const { digest, progress, store } = port;
  const now =
    plan.present.unread === undefined ? await readCurrent(store, stateKey) : await lookAtCurrent(store, stateKey);
  if (!isSameObject(plan.present.object, now)) throw new UserError([stateChanged(bucket, stateKey)]);
  if (port.interrupted()) throw new UserError([interrupted(plan.path)], "unknown");
  let versionId: string | undefined;
  if (plan.work === "state") {
    const write = {
      bucket,
      stateKey,
      text: plan.text,
      replaces: now,
      encryption,
      tags: plan.tags,
      unproven: { code: "restore-unproven" },
    } as const;
    ({ versionId } = await replaceState(store, write, progress));
    if (versionId === undefined || versionId === "null") throw new UserError([notKept(plan)], "unknown");
  }
  if (digest === undefined) return { versionId, problems: [] };
  const text = plan.work === "digest" ? (plan.present.object?.text ?? "") : plan.text;
  const problems = await progress("Correct the digest in DynamoDB", () => digest.correct(stateDigest(text)));
  return { versionId, problems };
}

/** Looks at a current object whose content cannot be read. @throws UserError if S3 does not show it */
async function lookAtCurrent(store: RestoreStore, stateKey: string): Promise<ReadVersion | undefined> {
  return readCurrent({ read: () => store.look(stateKey) }, stateKey);
}

/** Adds the tags of the new version to a plan. */
async function withTags(store: RestoreStore, request: RestoreRequest, plan: RestorePlan): Promise<RestorePlan> {
  const tags = await keptTags(store, request.stateKey, plan, request.tags);
  const names = Object.keys(tags ?? {});
  return names.length === 0
    ? plan
    : { ...plan, tags, notes: [...plan.notes, `its tags are kept: ${names.join(", ")}`] };
}

/** Without versioning, the restore would delete the current state for good. */
async function requireVersioning(store: RestoreStore, bucket: string): Promise<void> {
  const status = await store.versioning();
  if (status === "Enabled") return;
  if (status === "not implemented") throw new UserError([noVersions(bucket)]);
  throw new UserError([
    {
      code: "versioning-off",
      path: `s3://${bucket}`,
      message: `must have versioning enabled, so that the current state is kept, got ${status ?? "a bucket that never had it"}`,
      fix: "Turn versioning on (`statelock bootstrap` does), then run the command again. Statelock changed nothing.",
    },
  ]);
}

function encryptionAsItWas({ present, from }: RestorePlan): ObjectEncryption | undefined {
  return (present.object ?? from.object).encryption;
}

function interrupted(path: string): Problem {
  return {
    code: "interrupted",
    path,
    message: "is unchanged: somebody interrupted the run before it wrote the state",
    fix: "Run the command again when you want the restore.",
  };
}

function notKept({ path, present }: RestorePlan): Problem {
  return {
    code: "versioning-off",
    path,
    message: `is restored, but S3 gave it no version ID: somebody turned versioning off during the run, and version ${present.version.versionId} may be gone`,
    fix: "Turn versioning on again, and look at `statelock history list`.",
  };
}
