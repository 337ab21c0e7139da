import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { ProbeStore } from "../verify/probe-port";
import { awsError, isNeverWritten, problemOf, statusOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { lockStore } from "./lock-store";
import { s3Objects } from "./s3-objects";

/** S3 as the lock probe needs it. */
export function probeStore(bucket: BucketPlace): ProbeStore {
  const s3 = s3Client(bucket);
  const objects = s3Objects(bucket);
  return {
    ...lockStore(bucket, objects),
    removeIf: (key, etag) => objects.remove(key, { ifMatch: etag }),
    take: async (key, text) => {
      const failures: unknown[] = [];
      const input = { ...bucketArguments(bucket), Key: key, Body: text, ContentType: "application/json" };
      const command = new PutObjectCommand({ ...input, IfNoneMatch: "*" });
      command.middlewareStack.add(
        (next) => async (args) => {
          try {
            return await next(args);
          } catch (error) {
            failures.push(error);
            throw error;
          }
        },
        { step: "deserialize", priority: "high", name: "everyAttempt" },
      );
      try {
        await s3.send(command);
        return { reply: "taken" };
      } catch (error) {
        if (statusOf(error) === 412) return { reply: "refused" };
        const problem = problemOf(awsError(error, "s3:PutObject", `s3://${bucket.name}/${key}`));
        return { reply: "failed", nothingWritten: failures.every(isNeverWritten), problem };
      }
    },
  };
}
