import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { awsError, nameOf, statusOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";

/** An object as it was read: its content, and the proof that it is still that. */
export interface ReadObject {
  readonly text: string;
  readonly etag: string;
}

/** Conditional reads and writes of the objects of one bucket. */
export interface StateClient {
  /** Undefined where there is no object. */
  read(key: string): Promise<ReadObject | undefined>;
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
  return {
    read: async (key) => {
      try {
        const { Body, ETag } = await s3.send(new GetObjectCommand({ ...place, Key: key }));
        return { text: (await Body?.transformToString("utf8")) ?? "", etag: ETag ?? "" };
      } catch (error) {
        return nameOf(error) === "NoSuchKey" ? undefined : fail(error, "s3:GetObject and s3:ListBucket", key);
      }
    },
    put: async (key, text, options) => {
      try {
        const input = { ...place, Key: key, Body: text, ContentType: "application/json", ...options };
        await s3.send(new PutObjectCommand(input));
        return true;
      } catch (error) {
        return conditionFailed(error) ? false : fail(error, "s3:PutObject", key);
      }
    },
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

/** 412: the condition does not hold. 409: a delete of the key won against a conditional write. Neither changed anything. */
function conditionFailed(error: unknown): boolean {
  const status = statusOf(error);
  return status === 412 || status === 409;
}
