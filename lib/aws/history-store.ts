import { GetBucketVersioningCommand } from "@aws-sdk/client-s3";
import type { RestoreStore } from "../history/history-port";
import { awsError, isNotImplemented } from "./aws-problem";
import { bucketArguments, s3Client, type BucketPlace } from "./connect";
import { fileLocks } from "./file-locks";
import { s3Objects } from "./s3-objects";
import { stateStore } from "./s3-state-store";

/** S3 as the history of states needs it. */
export function historyStore(bucket: BucketPlace): RestoreStore {
  const objects = s3Objects(bucket);
  return {
    ...fileLocks(bucket, objects),
    ...stateStore(objects),
    look: async (stateKey) => {
      const reading = await stateStore(objects).read(stateKey);
      if (reading.found !== "unreadable") return reading;
      const head = await objects.head(stateKey);
      if (head.found !== "state" || head.etag === undefined || head.etag === "") return reading;
      const { etag, versionId, encryption } = head;
      return { found: "version", object: { text: undefined, etag, versionId, encryption } };
    },
    versions: (stateKey) => objects.versions(stateKey),
    tags: (stateKey, versionId) => objects.tags(stateKey, versionId),
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
