import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type GetObjectCommandOutput,
} from "@aws-sdk/client-s3";
import type { ListedVersion } from "../history/history-port";
import type { ListedObject, RemoveReply, StateWritten } from "../lock/lock-port";
import type { ObjectEncryption } from "../lock/object-encryption";
import type { WriteOptions, WriteReply } from "../lock/state-store";
import { noVersions } from "../lock/no-versions";
import type { ObjectTags } from "../policy/object-tags";
import { AWS_HONOURS, probeHonours, type StoreHonours } from "../lock/store-honours";
import { UserError, type Problem } from "../problem/problem";
import { isAwsEndpoint } from "./aws-endpoint";
import { awsError, isLasting, errorNameOf, isNotImplemented, problemOf, statusOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { nextPage } from "./next-page";
import { versionsOf } from "./object-versions";
import { probedKey } from "./probed-key";
import { serverClock, type ServerClock } from "./server-clock";

/** An object as it was read: its content, and the proof that it is still that object. */
interface S3Object {
  /** Undefined if the object is longer than the limit of the read. */
  readonly bytes: Buffer | undefined;
  readonly size: number;
  readonly etag: string;
  readonly versionId: string | undefined;
  /** By S3's clock, in whole seconds. */
  readonly lastModified: Date;
  readonly encryption: ObjectEncryption | undefined;
  /** Number of its tags. S3 leaves it out if there are none, and if the caller may not read them. */
  readonly tagCount?: number | undefined;
}

/**
 * The result of a read. Only S3's own "no such key" or "no such version" is `nothing`; a 403 is `unreadable`. `lasting`:
 * another attempt in a minute would fail too.
 */
export type ObjectReading =
  | { readonly found: "object"; readonly object: S3Object }
  | { readonly found: "nothing" }
  | { readonly found: "unreadable"; readonly lasting: boolean; readonly problem: Problem };

/** How to read an object. */
interface ReadOptions {
  /** @default - the current object */
  readonly versionId?: string | undefined;
  /** Milliseconds for all attempts together. @default - as long as the SDK tries */
  readonly within?: number | undefined;
  /** Bytes; the body of a longer object is not read. @default - no limit */
  readonly longest?: number;
}

/** The objects of one bucket. All reads, writes and deletes of states and locks go through here. */
export interface S3Objects {
  read(key: string, options?: ReadOptions): Promise<ObjectReading>;
  /** Looks at an object, a state as a rule, without reading its content. */
  head(key: string): Promise<StateWritten>;
  /** Writes the object only if the condition holds: the key has this ETag, or is free. No write goes without a condition. */
  write(key: string, text: string, options: WriteOptions): Promise<WriteReply>;
  /** Reads the tags of an object. @throws UserError if they cannot be read */
  tags(key: string, versionId?: string): Promise<ObjectTags>;
  /** Deletes what the condition names. */
  remove(key: string, condition: RemovalCondition): Promise<RemoveReply>;
  /** Lists the objects below a prefix, in S3's order. @throws UserError if they may not be listed */
  list(prefix?: string): AsyncIterable<ListedObject>;
  /** Lists the versions and delete markers of one key, newest first. @throws UserError if they may not be listed */
  versions(key: string): AsyncIterable<ListedVersion>;
  /** What the store honours. Outside of AWS, the first call probes the store, on a key of this run. */
  honours(): Promise<StoreHonours>;
  isAws(): Promise<boolean>;
  readonly clock: ServerClock;
}

/**
 * What a delete may hit: the current object if it has this ETag, or exactly this version. `unconditional`: whatever is there;
 * for probes, and for a lock that a person releases with `--unproven`.
 */
type RemovalCondition = { readonly ifMatch: string } | { readonly versionId: string } | "unconditional";

/** Opens the objects of a bucket. Every call names the expected bucket owner. */
export function s3Objects(bucket: BucketPlace): S3Objects {
  const s3 = s3Client(bucket);
  const clock = serverClock(s3);
  const place = bucketArguments(bucket);
  const path = (key: string): string => `s3://${bucket.name}/${key}`;
  const unreadable = (
    error: unknown,
    action: string,
    key: string,
  ): Extract<ObjectReading, { found: "unreadable" }> => ({
    found: "unreadable",
    lasting: isLasting(error),
    problem: problemOf(awsError(error, action, path(key))),
  });
  const isAws = once(() => isAwsEndpoint(s3));
  const objects: S3Objects = {
    clock,
    read: async (key, { versionId, within, longest = Infinity } = {}) => {
      const input = { ...place, Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
      const options = within === undefined ? {} : { abortSignal: AbortSignal.timeout(Math.ceil(within)) };
      try {
        const send = (): Promise<GetObjectCommandOutput> => s3.send(new GetObjectCommand(input), options);
        return { found: "object", object: await untilWhole(send, (output) => objectOf(output, longest)) };
      } catch (error) {
        if (/^NoSuch(Key|Version)$/.test(errorNameOf(error))) return { found: "nothing" };
        return unreadable(
          error,
          versionId === undefined ? "s3:GetObject and s3:ListBucket" : "s3:GetObjectVersion",
          key,
        );
      }
    },
    head: async (key) => {
      try {
        const found = await s3.send(new HeadObjectCommand({ ...place, Key: key }));
        const { LastModified, ContentLength, VersionId, ETag: etag } = found;
        const lastModified = LastModified ?? new Date(0);
        const encryption = encryptionOf(found);
        return { found: "state", lastModified, size: ContentLength ?? 0, versionId: VersionId, etag, encryption };
      } catch (error) {
        if (statusOf(error) === 404) return { found: "nothing" };
        return unreadable(error, "s3:GetObject and s3:ListBucket", key);
      }
    },
    write: async (key, text, { condition, encryption, tags }) => {
      const only = "ifMatch" in condition ? { IfMatch: condition.ifMatch } : { IfNoneMatch: condition.ifNoneMatch };
      const input = { ...place, Key: key, Body: text, ContentType: "application/json" };
      try {
        const command = new PutObjectCommand({
          ...input,
          ...encryptionHeaders(encryption),
          ...tagHeader(tags),
          ...only,
        });
        const { VersionId: versionId } = await s3.send(command);
        return { reply: "written", versionId };
      } catch (error) {
        // With If-Match, S3 answers 404 if there is no object any more.
        const isGone = statusOf(error) === 404 && "IfMatch" in only;
        if (isGone || conditionFailed(error)) return { reply: "condition-failed" };
        return { reply: "failed", problem: problemOf(awsError(error, "s3:PutObject", path(key))) };
      }
    },
    tags: async (key, versionId) => {
      const input = { ...place, Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
      try {
        const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand(input));
        return Object.fromEntries(TagSet.map(({ Key = "", Value = "" }) => [Key, Value]));
      } catch (error) {
        const action = versionId === undefined ? "s3:GetObjectTagging" : "s3:GetObjectVersionTagging";
        throw awsError(error, action, path(key));
      }
    },
    remove: async (key, condition) => {
      const isVersion = condition !== "unconditional" && "versionId" in condition;
      const only =
        condition === "unconditional"
          ? {}
          : isVersion
            ? { VersionId: condition.versionId }
            : { IfMatch: condition.ifMatch };
      try {
        const output = await s3.send(new DeleteObjectCommand({ ...place, Key: key, ...only }));
        const deleteMarker = output.DeleteMarker === true && !isVersion ? output.VersionId : undefined;
        return { reply: "deleted", deleteMarker, attempts: output.$metadata.attempts ?? 1 };
      } catch (error) {
        const action = isVersion ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
        return removeReply(error, () => problemOf(awsError(error, action, path(key))));
      }
    },
    isAws,
    honours: once(async () => {
      if (await isAws()) return AWS_HONOURS;
      const probed = probedKey(objects);
      return probeHonours(probed, path(probed.key));
    }),
    list: async function* (prefix) {
      let token: string | undefined;
      do {
        const command = new ListObjectsV2Command({ ...place, Prefix: prefix, ContinuationToken: token });
        const page = await s3.send(command).catch((error: unknown) => {
          throw awsError(error, "s3:ListBucket", prefix === undefined ? `s3://${bucket.name}` : path(prefix));
        });
        for (const { Key: key = "", LastModified: lastModified = new Date(0), Size: size = 0 } of page.Contents ?? [])
          yield { key, lastModified, size };
        const here = prefix === undefined ? `s3://${bucket.name}` : path(prefix);
        token = nextPage({ truncated: page.IsTruncated, next: page.NextContinuationToken }, token, here);
      } while (token !== undefined);
    },
    versions: (key) =>
      versionsOf(key, path(key), async (from) =>
        s3.send(new ListObjectVersionsCommand({ ...place, Prefix: key, ...from })).catch((error: unknown) => {
          if (isNotImplemented(error)) throw new UserError([noVersions(bucket.name)]);
          throw awsError(error, "s3:ListBucketVersions", path(key));
        }),
      ),
  };
  return objects;
}

/** Returns a function that asks once, and then gives the same answer. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

const ATTEMPTS = 3;

/** Reads a whole body. Sends the request again if the body breaks off: the SDK retries only until the answer begins. */
async function untilWhole<A, T>(send: () => Promise<A>, read: (answer: A) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send();
    try {
      return await read(answer);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function objectOf(output: GetObjectCommandOutput, longest: number): Promise<S3Object> {
  const { Body, ETag: etag = "", VersionId: versionId } = output;
  const size = output.ContentLength ?? 0;
  const about = {
    ...{ size, etag, versionId, lastModified: output.LastModified ?? new Date(0) },
    encryption: encryptionOf(output),
    tagCount: output.TagCount,
  };
  if (size > longest) {
    // Ends the connection without reading the body.
    (Body as { destroy?: () => void } | undefined)?.destroy?.();
    return { ...about, bytes: undefined };
  }
  return { ...about, bytes: Buffer.from((await Body?.transformToByteArray()) ?? []) };
}

function encryptionOf({
  ServerSideEncryption: algorithm,
  SSEKMSKeyId: kmsKeyId,
}: Pick<GetObjectCommandOutput, "ServerSideEncryption" | "SSEKMSKeyId">): ObjectEncryption | undefined {
  return algorithm === undefined ? undefined : { algorithm, kmsKeyId };
}

/** The arguments of a write that asks for this encryption. Undefined asks for nothing: the bucket's default applies. */
function encryptionHeaders(encryption: ObjectEncryption | undefined): object {
  if (encryption === undefined) return {};
  const { algorithm, kmsKeyId } = encryption;
  return { ServerSideEncryption: algorithm, ...(kmsKeyId === undefined ? {} : { SSEKMSKeyId: kmsKeyId }) };
}

/** Tags as S3 takes them beside an object: like the query of a URL. */
function tagHeader(tags: ObjectTags = {}): object {
  const text = new URLSearchParams(tags).toString();
  return text === "" ? {} : { Tagging: text };
}

/** 412: the condition does not hold. 409: another request on the key won. Neither changed anything. */
function conditionFailed(error: unknown): boolean {
  const status = statusOf(error);
  return status === 412 || status === 409;
}

/** Returns a failed delete as a reply. After `failed`, the delete may still have happened. */
function removeReply(error: unknown, problem: () => Problem): RemoveReply {
  const attempts = (error as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1;
  switch (statusOf(error)) {
    case 404:
      return { reply: "gone", attempts };
    case 409:
      return { reply: "conflict", attempts };
    case 412:
      return { reply: "changed", attempts };
    case 403:
      return { reply: "refused", attempts, problem: problem() };
    default:
      return { reply: "failed", attempts, problem: problem() };
  }
}
