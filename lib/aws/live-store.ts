import { GetObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { fileRuns } from "../migrate/file-runs";
import type { LiveStore, StateContent } from "../migrate/live-state";
import type { Problem } from "../problem";
import { awsError, nameOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
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
          serial: serialOf(bytes),
        };
      } catch (error) {
        if (nameOf(error) === "NoSuchKey") return { found: "nothing" };
        return { found: "unreadable", problem: problem(error, "s3:GetObject", key) };
      }
    },
    fileLock: (lockKey) => locks.read(lockKey),
    fileRuns: async (lockKey) => {
      try {
        const output = await s3.send(new ListObjectVersionsCommand({ ...place, Prefix: lockKey }));
        const times = (entries: readonly { readonly Key?: string; readonly LastModified?: Date }[] = []): Date[] =>
          entries.filter(({ Key }) => Key === lockKey).map(({ LastModified }) => LastModified ?? new Date(0));
        return { found: "runs", runs: fileRuns(times(output.Versions), times(output.DeleteMarkers)) };
      } catch (error) {
        return { found: "unreadable", problem: problem(error, "s3:ListBucketVersions", lockKey) };
      }
    },
    pause: async (milliseconds) => {
      await pause(milliseconds);
    },
  };
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

function serialOf(bytes: Uint8Array): number | undefined {
  try {
    const { serial } = JSON.parse(Buffer.from(bytes).toString("utf8")) as { readonly serial?: unknown };
    return typeof serial === "number" ? serial : undefined;
  } catch {
    return undefined;
  }
}
