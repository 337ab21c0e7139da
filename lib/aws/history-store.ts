import { GetBucketVersioningCommand } from "@aws-sdk/client-s3";
import type { RestoreStore } from "../history/history-port";
import { awsError, isNotImplemented } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { fileLocks } from "./file-locks";
import { s3Objects } from "./s3-objects";
import { stateStore } from "./state-store";

/** S3 as the history of states needs it. */
export function historyStore(bucket: BucketPlace): RestoreStore {
  const objects = s3Objects(bucket);
  return {
    ...fileLocks(bucket, objects),
    ...stateStore(objects),
    versions: (stateKey) => objects.versions(stateKey),
    honours: () => objects.honours(),
    versioning: async () => {
      try {
        return (await s3Client(bucket).send(new GetBucketVersioningCommand(bucketArguments(bucket)))).Status;
      } catch (error) {
        if (isNotImplemented(error)) return "not implemented";
        throw awsError(error, "s3:GetBucketVersioning", `s3://${bucket.name}`);
      }
    },
  };
}
