import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type GetObjectCommandOutput,
  type ListObjectsV2CommandOutput,
} from "@aws-sdk/client-s3";
import { setTimeout as pause } from "node:timers/promises";
import type { ListedObject, LockObject, LockReading, LockStore, RemoveReply, StateWritten } from "../lock/lock-port";
import type { Problem } from "../problem/problem";
import { awsError, isLasting, nameOf, problemOf, statusOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { serverClock } from "./server-clock";
import { untilWhole } from "./until-whole";

/** A lock is some 250 bytes. What is much longer is something else, and is not read. */
const LONGEST_LOCK = 64 * 1024;

/** S3 as far as locks need it. */
export function lockStore(bucket: BucketPlace): LockStore {
  const s3 = s3Client(bucket);
  const clock = serverClock(s3);
  const place = bucketArguments(bucket);
  const problem = (error: unknown, action: string, key?: string): Problem =>
    problemOf(awsError(error, action, `s3://${bucket.name}${key === undefined ? "" : `/${key}`}`));

  const get = async (key: string, within?: number): Promise<LockReading> => {
    const options = within === undefined ? {} : { abortSignal: AbortSignal.timeout(Math.ceil(within)) };
    try {
      const send = (): Promise<GetObjectCommandOutput> =>
        s3.send(new GetObjectCommand({ ...place, Key: key }), options);
      return { found: "lock", object: await untilWhole(send, (output) => lockObject(key, output)) };
    } catch (error) {
      if (nameOf(error) === "NoSuchKey") return { found: "nothing" };
      return unreadable(error, problem(error, "s3:GetObject", key));
    }
  };

  return {
    list: (prefix) =>
      listAll(bucket, (token) =>
        s3.send(new ListObjectsV2Command({ ...place, Prefix: prefix, ContinuationToken: token })),
      ),
    read: get,
    stateWritten: async (key): Promise<StateWritten> => {
      try {
        const { LastModified, ContentLength, VersionId } = await s3.send(new HeadObjectCommand({ ...place, Key: key }));
        return {
          found: "state",
          lastModified: LastModified ?? new Date(0),
          size: ContentLength ?? 0,
          versionId: VersionId,
        };
      } catch (error) {
        if (statusOf(error) === 404) return { found: "nothing" };
        return unreadable(error, problem(error, "s3:GetObject", key));
      }
    },
    remove: async (key, etag) => {
      try {
        const output = await s3.send(new DeleteObjectCommand({ ...place, Key: key, IfMatch: etag }));
        const deleteMarker = output.DeleteMarker === true ? output.VersionId : undefined;
        return { reply: "deleted", deleteMarker, attempts: output.$metadata.attempts ?? 1 };
      } catch (error) {
        return removeReply(error, problem(error, "s3:DeleteObject", key));
      }
    },
    now: () => clock.now(),
    skew: () => clock.skew(),
    pause: async (milliseconds) => {
      await pause(milliseconds);
    },
  };
}

async function* listAll(
  bucket: BucketPlace,
  send: (token: string | undefined) => Promise<ListObjectsV2CommandOutput>,
): AsyncGenerator<ListedObject> {
  let token: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await send(token).catch((error: unknown) => {
      throw awsError(error, "s3:ListBucket", `s3://${bucket.name}`);
    });
    for (const { Key: key = "", LastModified: lastModified = new Date(0), Size: size = 0 } of page.Contents ?? []) {
      yield { key, lastModified, size };
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

async function lockObject(key: string, output: GetObjectCommandOutput): Promise<LockObject> {
  const {
    Body,
    ETag: etag = "",
    LastModified: lastModified = new Date(0),
    VersionId: versionId,
    ContentLength,
  } = output;
  const size = ContentLength ?? 0;
  if (size > LONGEST_LOCK) {
    (Body as { destroy?: () => void } | undefined)?.destroy?.();
    return { key, etag, lastModified, versionId, size, text: undefined };
  }
  const text = (await Body?.transformToString("utf8")) ?? "";
  return { key, etag, lastModified, versionId, size, text };
}

function unreadable(error: unknown, problem: Problem): { found: "unreadable"; lasting: boolean; problem: Problem } {
  return { found: "unreadable", lasting: isLasting(error), problem };
}

function removeReply(error: unknown, problem: Problem): RemoveReply {
  const attempts = (error as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1;
  switch (statusOf(error)) {
    case 404:
      return { reply: "gone", attempts };
    case 409:
      return { reply: "conflict", attempts };
    case 412:
      return { reply: "changed", attempts };
    case 403:
      return { reply: "refused", attempts, problem };
    default:
      return { reply: "failed", attempts, problem };
  }
}
