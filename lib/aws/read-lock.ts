import type { LockReading } from "../lock/lock-port";
import type { S3Objects } from "./s3-objects";

/** A lock has about 250 bytes. A much longer object is something else, and its body is not read. */
const LONGEST_LOCK = 64 * 1024;

/** Reads a lock within so many milliseconds. */
export async function readLock(objects: Pick<S3Objects, "read">, key: string, within?: number): Promise<LockReading> {
  const reading = await objects.read(key, { within, longest: LONGEST_LOCK });
  if (reading.found !== "object") return reading;
  const { bytes, etag, lastModified, versionId, size } = reading.object;
  return { found: "lock", object: { key, etag, lastModified, versionId, size, text: bytes?.toString("utf8") } };
}
