import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type GetObjectCommandOutput,
} from "@aws-sdk/client-s3";
import { isUtf8 } from "node:buffer";
import { setTimeout as pause } from "node:timers/promises";
import type { LockTaker } from "../lock/take-lock";
import type { ObjectEncryption } from "../lock/object-encryption";
import { awsError, nameOf, statusOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { untilWhole } from "./until-whole";

/** An object as it was read: its content, and the proof that it is still that. */
export interface ReadObject {
  /** Bytes that are no UTF-8 are replaced in it. */
  readonly text: string;
  readonly isUtf8: boolean;
  readonly etag: string;
  readonly versionId: string | undefined;
  readonly encryption: ObjectEncryption | undefined;
}

/** A write that was made. */
export interface Written {
  readonly versionId: string | undefined;
}

/** Conditional reads and writes of the objects of one bucket. */
export interface StateClient {
  /** The current object, or one version of it. Undefined where there is none. */
  read(key: string, versionId?: string): Promise<ReadObject | undefined>;
  /** Undefined where the condition did not hold. */
  write(key: string, text: string, options: object): Promise<Written | undefined>;
  /** False where the condition did not hold. */
  put(key: string, text: string, options: object): Promise<boolean>;
  /** False where the object is no longer the one with this ETag. */
  remove(key: string, etag: string): Promise<boolean>;
}

/** S3 as far as states and locks need it. Every call names the expected owner; what S3 refuses is thrown as a UserError. */
export function stateClient(bucket: BucketPlace): StateClient {
  const s3 = s3Client(bucket);
  const place = bucketArguments(bucket);
  const fail = (error: unknown, action: string, key: string): never => {
    throw awsError(error, action, `s3://${bucket.name}/${key}`);
  };
  const write: StateClient["write"] = async (key, text, options) => {
    try {
      const input = { ...place, Key: key, Body: text, ContentType: "application/json", ...options };
      const { VersionId: versionId } = await s3.send(new PutObjectCommand(input));
      return { versionId };
    } catch (error) {
      // With If-Match, S3 answers 404 where there is no object any more.
      const isGone = statusOf(error) === 404 && "IfMatch" in options;
      return isGone || conditionFailed(error) ? undefined : fail(error, "s3:PutObject", key);
    }
  };
  return {
    read: async (key, versionId) => {
      const version = versionId === undefined ? {} : { VersionId: versionId };
      try {
        return await untilWhole(() => s3.send(new GetObjectCommand({ ...place, Key: key, ...version })), readObject);
      } catch (error) {
        if (/^NoSuch(Key|Version)$/.test(nameOf(error))) return undefined;
        const action = versionId === undefined ? "s3:GetObject and s3:ListBucket" : "s3:GetObjectVersion";
        return fail(error, action, key);
      }
    },
    write,
    put: async (key, text, options) => (await write(key, text, options)) !== undefined,
    remove: async (key, etag) => {
      try {
        await s3.send(new DeleteObjectCommand({ ...place, Key: key, IfMatch: etag }));
        return true;
      } catch (error) {
        return conditionFailed(error) || statusOf(error) === 404 ? false : fail(error, "s3:DeleteObject", key);
      }
    },
  };
}

/** What takes the lock at a key, with the encryption that its state has. */
export function lockTaker(client: StateClient, lockKey: string, encryption: ObjectEncryption | undefined): LockTaker {
  return {
    read: () => client.read(lockKey),
    create: (text) => client.put(lockKey, text, { ...encryptionHeaders(encryption), IfNoneMatch: "*" }),
    pause: async (milliseconds) => {
      await pause(milliseconds);
    },
  };
}

/** The arguments of a write that asks for this encryption; none: the bucket's default. */
export function encryptionHeaders(encryption: ObjectEncryption | undefined): object {
  if (encryption === undefined) return {};
  const { algorithm, kmsKeyId } = encryption;
  return { ServerSideEncryption: algorithm, ...(kmsKeyId === undefined ? {} : { SSEKMSKeyId: kmsKeyId }) };
}

async function readObject(output: GetObjectCommandOutput): Promise<ReadObject> {
  const { Body, ETag: etag = "", VersionId: versionId, ServerSideEncryption: algorithm, SSEKMSKeyId } = output;
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  const encryption = algorithm === undefined ? undefined : { algorithm, kmsKeyId: SSEKMSKeyId };
  return { text: bytes.toString("utf8"), isUtf8: isUtf8(bytes), etag, versionId, encryption };
}

/** 412: the condition does not hold. 409: a delete of the key won against a conditional write. Neither changed anything. */
function conditionFailed(error: unknown): boolean {
  const status = statusOf(error);
  return status === 412 || status === 409;
}
