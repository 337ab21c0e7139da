import type { FileLocks } from "../migrate/under-locks";
import type { BucketPlace } from "./connect";
import { stateClient } from "./state-client";

/** S3 as far as a migration takes locks: every write is conditional. */
export function fileLocks(bucket: BucketPlace): FileLocks {
  const s3 = stateClient(bucket);
  return {
    take: async (lockKey, body, { encrypt, kmsKeyId }) => {
      const encryption = !encrypt
        ? {}
        : kmsKeyId === undefined
          ? { ServerSideEncryption: "AES256" }
          : { ServerSideEncryption: "aws:kms", SSEKMSKeyId: kmsKeyId };
      await s3.put(lockKey, body, { IfNoneMatch: "*", ...encryption });
      // An answer that was lost makes the SDK try again and meet its own lock: what is there decides.
      const there = await s3.read(lockKey);
      return there?.text === body ? { etag: there.etag } : { held: there?.text ?? "" };
    },
    release: (lockKey, etag) => s3.remove(lockKey, etag),
  };
}
