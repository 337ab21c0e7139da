import { isUtf8 } from "node:buffer";
import type { StateStore } from "../lock/state-store";
import { stateHead } from "../state/parse-state";
import type { S3Objects } from "./s3-objects";

/** Reads and writes states as S3 objects. */
export function stateStore(objects: S3Objects): StateStore {
  return {
    read: async (stateKey, versionId) => {
      const reading = await objects.read(stateKey, { versionId });
      if (reading.found !== "object") return reading;
      const { bytes = Buffer.alloc(0), etag, encryption, versionId: id, tagCount } = reading.object;
      const about = { etag, versionId: id, encryption, tagCount };
      const text = bytes.toString("utf8");
      if (isUtf8(bytes)) return { found: "version", object: { text, ...about } };
      return { found: "version", object: { text: undefined, head: stateHead(text), ...about } };
    },
    write: (stateKey, text, options) => objects.write(stateKey, text, options),
  };
}
