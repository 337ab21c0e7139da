import { z } from "zod";
import { plainText } from "../text/plain-text";
import { LOCK_SUFFIX } from "../state/state-keys";
import { judgeLock, writtenSince, type Judge, type LockFacts } from "./lock-verdict";
import { parseLockInfo, type LockInfo } from "./lock-info";
import type { Owner } from "../inventory/state-owner";
import type { LockObject, LockReading, StateWritten } from "./lock-port";

const holderSchema = z.strictObject({
  id: z.string(),
  operation: z.string(),
  info: z.string(),
  who: z.string().describe("`user@host`, as the holder says"),
  version: z.string().describe("version of the program that took it"),
  created: z.string().describe("by the holder's clock"),
  path: z.string(),
});

/** One lock in the JSON of every `locks` command. */
export const lockReportSchema = z.strictObject({
  stateKey: z.string(),
  lockKey: z.string(),
  consumer: z.string().nullable(),
  workspace: z.string().nullable().describe("null for the default workspace"),
  alsoInDynamoDb: z.boolean().describe("true if the consumer also locks in DynamoDB, where Statelock did not look"),
  holder: holderSchema.nullable().describe("null if Terraform could not read the body"),
  etag: z.string(),
  versionId: z.string().nullable(),
  takenAt: z.iso.datetime().describe("by S3's clock"),
  ageSeconds: z.int().describe("by S3's clock"),
  stateWrittenAt: z.iso.datetime().nullable(),
  stateWrittenSince: z.boolean().nullable().describe("null if Statelock could not look at the state"),
  verdict: z.enum(["active", "suspect", "unknown"]),
  reason: z.string(),
  notes: z.array(z.string()),
});

export type LockReport = z.infer<typeof lockReportSchema>;

/** JSON of `locks list`, version 1. */
export const lockListSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("locks list"),
  bucket: z.string(),
  /** S3's time. */
  at: z.iso.datetime(),
  objects: z.int().describe("number of objects in the listing"),
  locks: z.array(lockReportSchema),
  unreadable: z
    .array(z.strictObject({ lockKey: z.string(), problem: z.string() }))
    .describe("locks that could not be read"),
  notes: z.array(z.string()),
});

export type LockList = z.infer<typeof lockListSchema>;

/** A lock that was read, and what is known about its state. */
interface LockSighting {
  readonly bucket: string;
  readonly object: LockObject;
  readonly state: StateWritten;
  readonly owner: Owner;
}

/** Returns everything that is known of a lock, with a verdict. */
export function lockReport({ bucket, object, state, owner }: LockSighting, judge: Judge): LockReport {
  const info = object.text === undefined ? undefined : parseLockInfo(object.text);
  const stateKey = object.key.slice(0, -LOCK_SUFFIX.length);
  const stateWrittenAt =
    state.found === "state" ? state.lastModified : state.found === "nothing" ? "absent" : "unknown";
  const facts: LockFacts = { bucket, stateKey, holder: info, takenAt: object.lastModified, stateWrittenAt };
  return {
    stateKey,
    lockKey: object.key,
    consumer: owner.consumer ?? null,
    workspace: owner.workspace ?? null,
    alsoInDynamoDb: owner.alsoInDynamoDb,
    holder: info === undefined ? null : holderReport(info),
    etag: object.etag,
    versionId: object.versionId ?? null,
    takenAt: object.lastModified.toISOString(),
    ageSeconds: Math.max(0, Math.floor((judge.now.getTime() - object.lastModified.getTime()) / 1_000)),
    stateWrittenAt: stateWrittenAt instanceof Date ? stateWrittenAt.toISOString() : null,
    stateWrittenSince: writtenSince(facts) ?? null,
    ...judgeLock(facts, judge),
    notes: [...judgeLock(facts, judge).notes],
  };
}

/** Returns the ID that names a lock; undefined if its body is unreadable or has no ID, so that only its ETag names it. */
export function lockIdOf({ holder }: Pick<LockReport, "holder">): string | undefined {
  return holder === null || holder.id === "" ? undefined : holder.id;
}

/** Returns a lock's body with lower-case names. */
export function holderReport(info: LockInfo): z.infer<typeof holderSchema> {
  const { ID: id, Operation: operation, Info, Who: who, Version: version, Created: created, Path: path } = info;
  return { id, operation, info: Info, who, version, created, path };
}

/** Returns why a lock could not be read; undefined if it could, or if there is no lock. */
export function unreadableText(reading: LockReading): string | undefined {
  return reading.found === "unreadable" ? plainText(reading.problem.message) : undefined;
}
