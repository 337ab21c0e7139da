import { UserError, type Problem } from "../problem/problem";
import type { RemoveReply } from "./lock-port";
import type { WriteCondition, WriteReply } from "./state-store";

/** Whether a store keeps to one condition of S3. A problem: Statelock could not find out. */
export type Honour = "yes" | "no" | Problem;

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
}

export const AWS_HONOURS: StoreHonours = { take: "yes", takeAgain: "yes", overwrite: "yes", release: "yes" };

/** Port: one key that only this run uses. */
export interface ProbedKey {
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

/** Finds out what a store honours, on a key that only this run uses. Removes the object again. */
export async function probeHonours(key: ProbedKey): Promise<StoreHonours> {
  const first = await key.write("1", { ifNoneMatch: "*" });
  if (first.reply !== "written") return nothingKnown("problem" in first ? first.problem : REFUSED_FIRST);
  const take = refused(await key.write("2", { ifNoneMatch: "*" }));
  const overwrite = await overwrites(key);
  const release = await releases(key);
  await key.remove(undefined);
  const takeAgain = accepted(await key.write("4", { ifNoneMatch: "*" }));
  await key.remove(undefined);
  return { take, takeAgain, overwrite, release };
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
  return { take: problem, takeAgain: problem, overwrite: problem, release: problem };
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
 * Refuses to go on unless the store honours what a write under a lock needs.
 * @throws UserError that names the store's fault; "unknown" if Statelock could not find out
 */
export function requireHonoured(honour: Honour, fault: Problem): void {
  if (honour === "yes") return;
  if (honour === "no") throw new UserError([fault]);
  throw new UserError([honour], "unknown");
}
