import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { ProbeStore } from "../verify/lock-probe";
import { awsError, problemOf, statusOf } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { lockStore } from "./lock-store";

/** S3 as far as the probe of the lock needs it. */
export function probeStore(bucket: BucketPlace): ProbeStore {
  const s3 = s3Client(bucket);
  return {
    ...lockStore(bucket),
    take: async (key, text) => {
      const input = { ...bucketArguments(bucket), Key: key, Body: text, ContentType: "application/json" };
      try {
        await s3.send(new PutObjectCommand({ ...input, IfNoneMatch: "*" }));
        return { reply: "taken" };
      } catch (error) {
        if (statusOf(error) === 412) return { reply: "refused" };
        return { reply: "failed", problem: problemOf(awsError(error, "s3:PutObject", `s3://${bucket.name}/${key}`)) };
      }
    },
  };
}
