import { GetObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { parseLockInfo } from "../lock/lock-info";
import { readLockHistory, type LockVersion } from "../migrate/live/file-lock-history";
import type { StateVersion } from "../migrate/live/digest-side";
import { LOCK_OPERATION, type LiveStore, type StateContent } from "../migrate/live/live-state";
import type { Problem } from "../problem/problem";
import { awsError, nameOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { versionsOf } from "./history-store";
import { lockStore } from "./lock-store";

/** S3 as far as a migration looks at it; it writes nothing. */
export function liveStore(bucket: BucketPlace): LiveStore {
  const s3 = s3Client(bucket);
  const place = bucketArguments(bucket);
  const locks = lockStore(bucket);
  const problem = (error: unknown, action: string, key: string): Problem => {
    const [first] = awsError(error, action, `s3://${bucket.name}/${key}`).problems;
    if (first === undefined) throw error;
    return first;
  };
  return {
    keysBelow: (prefix) => keysBelow(s3, bucket, prefix),
    state: async (key): Promise<StateContent> => {
      try {
        const { Body, ETag, LastModified } = await s3.send(new GetObjectCommand({ ...place, Key: key }));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        return {
          found: "state",
          md5: createHash("md5").update(bytes).digest("hex"),
          etag: ETag ?? "",
          lastModified: LastModified ?? new Date(0),
          ...stateHead(bytes),
        };
      } catch (error) {
        if (nameOf(error) === "NoSuchKey") return { found: "nothing" };
        return { found: "unreadable", problem: problem(error, "s3:GetObject", key) };
      }
    },
    fileLock: (lockKey) => locks.read(lockKey),
    fileRuns: async (lockKey) => {
      try {
        const pages = versionsOf(lockKey, (from) =>
          s3.send(new ListObjectVersionsCommand({ ...place, Prefix: lockKey, ...from })),
        );
        const { runs, locks: taken, cut } = await readLockHistory(pages);
        const lastByClient = await newestByClient(taken.slice(0, LOOKED_INTO), async (VersionId) => {
          const { Body } = await s3.send(new GetObjectCommand({ ...place, Key: lockKey, VersionId }));
          return (await Body?.transformToString("utf8")) ?? "";
        });
        return { found: "runs", runs, lastByClient, cut };
      } catch (error) {
        return {
          found: "unreadable",
          problem: problem(error, "s3:ListBucketVersions and s3:GetObjectVersion", lockKey),
        };
      }
    },
    pause: async (milliseconds) => {
      await pause(milliseconds);
    },
  };
}

/** Locks of the past whose body is read, to tell this command's own from those of clients. */
const LOOKED_INTO = 3;

async function newestByClient(
  versions: readonly LockVersion[],
  bodyOf: (versionId: string) => Promise<string>,
): Promise<Date | undefined> {
  for (const { versionId, writtenAt } of versions)
    if (parseLockInfo(await bodyOf(versionId))?.Operation !== LOCK_OPERATION) return writtenAt;
  return undefined;
}

async function* keysBelow(s3: S3Client, bucket: BucketPlace, prefix: string): AsyncGenerator<string> {
  let token: string | undefined;
  do {
    const input = { ...bucketArguments(bucket), Prefix: prefix, ContinuationToken: token };
    const page = await s3.send(new ListObjectsV2Command(input)).catch((error: unknown) => {
      throw awsError(error, "s3:ListBucket", `s3://${bucket.name}/${prefix}`);
    });
    for (const { Key = "" } of page.Contents ?? []) yield Key;
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

/** Serial and lineage, where it is a state. */
function stateHead(bytes: Uint8Array): { readonly serial: number | undefined; readonly lineage: string | undefined } {
  try {
    const text = Buffer.from(bytes).toString("utf8");
    const { serial, lineage } = JSON.parse(text) as { readonly serial?: unknown; readonly lineage?: unknown };
    return {
      serial: typeof serial === "number" ? serial : undefined,
      lineage: typeof lineage === "string" ? lineage : undefined,
    };
  } catch {
    return { serial: undefined, lineage: undefined };
  }
}

/** How many earlier versions of a state are read at most. */
const MOST_VERSIONS = 30;

/** Earlier versions of a state, newest first. @throws UserError when they may not be read */
export async function* stateVersions(bucket: BucketPlace, key: string): AsyncGenerator<StateVersion> {
  const s3 = s3Client(bucket);
  const place = bucketArguments(bucket);
  const fail = (error: unknown, action: string): never => {
    throw awsError(error, action, `s3://${bucket.name}/${key}`);
  };
  const { Versions = [] } = await s3
    .send(new ListObjectVersionsCommand({ ...place, Prefix: key }))
    .catch((error: unknown) => fail(error, "s3:ListBucketVersions"));
  const older = Versions.filter(({ Key, IsLatest }) => Key === key && IsLatest !== true).slice(0, MOST_VERSIONS);
  for (const { VersionId: versionId = "" } of older) {
    const { Body } = await s3
      .send(new GetObjectCommand({ ...place, Key: key, VersionId: versionId }))
      .catch((error: unknown) => fail(error, "s3:GetObjectVersion"));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    yield { versionId, md5: createHash("md5").update(bytes).digest("hex"), ...stateHead(bytes) };
  }
}
