import { isUtf8 } from "node:buffer";
import type { StateStore } from "../lock/state-store";
import type { S3Objects } from "./s3-objects";

/** Reads and writes states as S3 objects. */
export function stateStore(objects: S3Objects): StateStore {
  return {
    read: async (stateKey, versionId) => {
      const reading = await objects.read(stateKey, { versionId });
      if (reading.found !== "object") return reading;
      const { bytes = Buffer.alloc(0), etag, encryption, versionId: id, tagCount } = reading.object;
      const text = isUtf8(bytes) ? bytes.toString("utf8") : undefined;
      return { found: "version", object: { text, etag, versionId: id, encryption, tagCount } };
    },
    write: (stateKey, text, options) => objects.write(stateKey, text, options),
  };
}
