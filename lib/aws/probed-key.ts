import { randomUUID } from "node:crypto";
import type { ProbedKey } from "../lock/store-honours";
import type { RemoveReply } from "../lock/lock-port";
import type { WriteCondition, WriteReply } from "../lock/state-store";
import { PROBE_PREFIX } from "../state/state-keys";

/** The operations of a probe on the objects of a bucket. */
interface ProbedObjects {
  read(key: string): ReturnType<ProbedKey["read"]>;
  write(
    key: string,
    text: string,
    options: { readonly condition: WriteCondition; readonly encryption: undefined },
  ): Promise<WriteReply>;
  remove(key: string, condition: { readonly ifMatch: string } | "unconditional"): Promise<RemoveReply>;
}

/** Returns a key that only this run uses. It is not the key of a lock, so no list of locks shows it. */
export function probedKey(objects: ProbedObjects): ProbedKey {
  const key = PROBE_PREFIX + randomUUID();
  return {
    key,
    read: () => objects.read(key),
    write: (text, condition) => objects.write(key, text, { condition, encryption: undefined }),
    remove: (etag) => objects.remove(key, etag === undefined ? "unconditional" : { ifMatch: etag }),
  };
}
