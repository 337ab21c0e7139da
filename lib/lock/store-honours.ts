import { program } from "../engine/spoken-engine";
import { UserError, type Problem } from "../problem/problem";
import { noteRemains, uncut } from "../work/interruption";
import type { RemoveReply } from "./lock-port";
import type { WriteCondition, WriteReply } from "./state-store";

/** Whether a store keeps to one condition of S3. A problem: Statelock could not find out. */
type Honour = "yes" | "no" | Problem;

/** The conditions of S3 that a store honours. AWS honours all of them; other stores are asked once per bucket and run. */
export interface StoreHonours {
  /** A write with `If-None-Match: *` is refused while there is an object. Terraform's and OpenTofu's locks need this alone. */
  readonly take: Honour;
  /** A lock can be taken again after its release: the store does not count its delete marker as an object. */
  readonly takeAgain: Honour;
  /** A write with `If-Match` is refused for another ETag, and accepted for the right one. */
  readonly overwrite: Honour;
  /** A delete with `If-Match` is refused for another ETag, and accepted for the right one. */
  readonly release: Honour;
  /** A write has a version ID of its own. */
  readonly versions: Honour;
}

export const AWS_HONOURS: StoreHonours = {
  ...{ take: "yes", takeAgain: "yes", overwrite: "yes", release: "yes", versions: "yes" },
};

/** Port: one key that only this run uses. */
export interface ProbedKey {
  readonly key: string;
  read(): Promise<
    | { readonly found: "object"; readonly object: { readonly etag: string } }
    | { readonly found: "nothing" }
    | { readonly found: "unreadable"; readonly problem: Problem }
  >;
  write(text: string, condition: WriteCondition): Promise<WriteReply>;
  /** Deletes on condition of the ETag; without an ETag, whatever is there. */
  remove(etag: string | undefined): Promise<RemoveReply>;
}

/** An ETag that no object has. */
export const FOREIGN_ETAG = `"${"0".repeat(32)}"`;

/** Finds out what a store honours, on a key that only this run uses. Removes the object again, or notes that it is left. */
export async function probeHonours(key: ProbedKey, path = key.key): Promise<StoreHonours> {
  return uncut(`the probe ${path}: delete it`, async () => {
    const found = await probe(key);
    if (!(await isRemoved(key))) noteRemains(`the probe ${path}: delete it`);
    return found;
  });
}

/** Removes the probe if it is still there: a write whose answer was lost, or a delete that failed. */
async function isRemoved(key: ProbedKey): Promise<boolean> {
  if ((await key.read()).found === "nothing") return true;
  const { reply } = await key.remove(undefined);
  return reply === "deleted" || reply === "gone";
}

async function probe(key: ProbedKey): Promise<StoreHonours> {
  const first = await key.write("1", { ifNoneMatch: "*" });
  if (first.reply !== "written") return nothingKnown("problem" in first ? first.problem : REFUSED_FIRST);
  const take = refused(await key.write("2", { ifNoneMatch: "*" }));
  const overwrite = await overwrites(key);
  const release = await releases(key);
  await key.remove(undefined);
  const takeAgain = accepted(await key.write("4", { ifNoneMatch: "*" }));
  await key.remove(undefined);
  const versions = (first.versionId ?? "null") === "null" ? "no" : "yes";
  return { take, takeAgain, overwrite, release, versions };
}

async function overwrites(key: ProbedKey): Promise<Honour> {
  const etag = await etagNow(key);
  if (typeof etag !== "string") return etag.problem;
  const foreign = refused(await key.write("3", { ifMatch: FOREIGN_ETAG }));
  if (foreign !== "yes" || etag === "") return etag === "" ? "no" : foreign;
  return accepted(await key.write("3", { ifMatch: etag }));
}

async function releases(key: ProbedKey): Promise<Honour> {
  const etag = await etagNow(key);
  if (typeof etag !== "string") return etag.problem;
  if (etag === "") return "no";
  const foreign = await key.remove(FOREIGN_ETAG);
  if ("problem" in foreign) return foreign.problem;
  if (foreign.reply !== "changed") return "no";
  const own = await key.remove(etag);
  if ("problem" in own) return own.problem;
  return own.reply === "deleted" ? "yes" : "no";
}

async function etagNow(key: ProbedKey): Promise<string | { readonly problem: Problem }> {
  const reading = await key.read();
  if (reading.found === "object") return reading.object.etag;
  return { problem: reading.found === "unreadable" ? reading.problem : LOST_PROBE };
}

function refused(reply: WriteReply): Honour {
  if (reply.reply === "failed") return reply.problem;
  return reply.reply === "condition-failed" ? "yes" : "no";
}

function accepted(reply: WriteReply): Honour {
  if (reply.reply === "failed") return reply.problem;
  return reply.reply === "written" ? "yes" : "no";
}

function nothingKnown(problem: Problem): StoreHonours {
  return { take: problem, takeAgain: problem, overwrite: problem, release: problem, versions: problem };
}

const REFUSED_FIRST: Problem = {
  code: "store-unproven",
  path: "the store",
  message: "refuses to write a key that nobody uses, as if there were an object",
  fix: "Run `statelock verify` on the bucket: it shows what the store does.",
};

const LOST_PROBE: Problem = {
  code: "store-unproven",
  path: "the store",
  message: "does not return the object that it has just written",
  fix: "Run `statelock verify` on the bucket: it shows what the store does.",
};

/**
 * Refuses to lock a state on a store whose locks protect nothing, or where Statelock could not release exactly its own lock.
 * @throws UserError that names the fault; "unknown" if Statelock could not find out
 */
export function requireSafeLock(honours: StoreHonours, path: string): void {
  requireHonoured(honours.take, { path, ...TAKES_TWICE });
  if (honours.versions !== "yes") requireHonoured(honours.release, { path, ...RELEASES_ANYTHING });
}

/** @throws UserError if the store refuses to overwrite the object that was read, or overwrites another one */
export function requireSafeOverwrite(honours: StoreHonours, path: string): void {
  requireHonoured(honours.overwrite, { path, ...overwritesWrongly() });
}

function requireHonoured(honour: Honour, fault: Problem): void {
  if (honour === "yes") return;
  if (honour === "no") throw new UserError([fault]);
  throw new UserError([honour], "unknown");
}

const TAKES_TWICE = {
  code: "store-unfit",
  message: "must be on a store that refuses a second lock, but this store overwrites a lock (it ignores If-None-Match)",
  fix: "Keep the state on another store, or update this one: here, two runs at once write one state.",
};

const RELEASES_ANYTHING = {
  code: "release-unproven",
  message:
    "must be on a store that can release exactly one lock, but this one keeps no versions and ignores the condition of a delete. Statelock locked nothing",
  fix: "Turn on versioning for the bucket, then run the command again. `statelock verify` shows what the store does.",
};

const overwritesWrongly = () => ({
  code: "store-unfit",
  message:
    "must be on a store that overwrites exactly the object that was read, but this one does not honour If-Match on a write. Statelock locked and changed nothing",
  fix: `Write the version back with \`${program()} state push\` in its root, or use another store. \`statelock verify\` shows what this store does.`,
});

/** The problem of a lock key that a store refuses although no lock is there. */
export function lockKeyRefused(path: string): Problem {
  return {
    code: "lock-key-refused",
    path,
    message:
      "cannot be taken, although there is no lock: this store counts the delete marker of an earlier lock as an object, so nobody can lock this state again",
    fix: "Update the store to a version that fixes this, or use another store. Until then, deleting the delete marker by its version ID frees the key once.",
  };
}
