import type { LockInfo } from "../../lib/lock/lock-info";
import type { LockObject, LockReading, RemoveReply } from "../../lib/lock/lock-port";
import type { ReleaseResult } from "../../lib/lock/release-decisions";
import { runRelease } from "../../lib/lock/release-lock";
import type { FileLocks } from "../../lib/lock/hold-locks";
import { takeLock } from "../../lib/lock/take-lock";
import type { ObjectEncryption } from "../../lib/lock/object-encryption";
import { UserError } from "../../lib/problem/problem";
import { NO_ANSWER } from "./fake-history";

/** `before`: S3 did not do it, and its answer is a failure. `after`: it did, and its answer was lost. */
export type Loss = "before" | "after";

/** Locks with a file in memory, taken and released by the real rules. */
export class FakeFileLocks implements FileLocks {
  /** Bodies by state key. */
  readonly held = new Map<string, string>();
  readonly calls: string[] = [];
  /** Asked at each call whether it fails. */
  fault: (call: "create" | "read" | "remove") => Loss | undefined = () => undefined;

  async takeLock(stateKey: string, lock: LockInfo, encryption: ObjectEncryption | undefined): Promise<void> {
    const taker = {
      read: () => {
        const reading = this.read(stateKey);
        if (reading.found === "unreadable") throw new UserError([reading.problem], "unknown");
        return Promise.resolve(reading.found === "lock" ? { text: reading.object.text ?? "" } : undefined);
      },
      create: (text: string) => this.create(stateKey, text, encryption),
      pause: () => Promise.resolve(),
    };
    await takeLock(taker, lock, `s3://b/${stateKey}.tflock`);
  }

  releaseLock(stateKey: string, lockId: string): Promise<ReleaseResult> {
    const store = {
      read: () => Promise.resolve(this.read(stateKey)),
      remove: ({ etag }: LockObject) => Promise.resolve(this.remove(stateKey, etag)),
      pause: () => Promise.resolve(),
    };
    const confirm = (): Promise<boolean> => Promise.resolve(true);
    return runRelease(store, { lockKey: `${stateKey}.tflock`, proof: { id: lockId }, confirm });
  }

  private create(stateKey: string, text: string, encryption: ObjectEncryption | undefined): Promise<boolean> {
    this.calls.push(`create${encryption === undefined ? "" : ` ${encryption.algorithm}`}`);
    const fault = this.fault("create");
    const isFree = !this.held.has(stateKey);
    if (isFree && fault !== "before") this.held.set(stateKey, text);
    return fault === undefined ? Promise.resolve(isFree) : Promise.reject(new UserError([NO_ANSWER], "unknown"));
  }

  private read(stateKey: string): LockReading {
    this.calls.push("read");
    if (this.fault("read") !== undefined) return { found: "unreadable", lasting: false, problem: NO_ANSWER };
    return this.peek(stateKey);
  }

  /** What is there, without a call. */
  peek(stateKey: string): LockReading {
    const text = this.held.get(stateKey);
    if (text === undefined) return { found: "nothing" };
    const about = { lastModified: new Date(0), versionId: "v", size: text.length };
    return { found: "lock", object: { key: `${stateKey}.tflock`, etag: etagOf(text), text, ...about } };
  }

  private remove(stateKey: string, etag: string): RemoveReply {
    this.calls.push("remove");
    const fault = this.fault("remove");
    const text = this.held.get(stateKey);
    const isSame = text !== undefined && etagOf(text) === etag;
    if (isSame && fault !== "before") this.held.delete(stateKey);
    if (fault !== undefined) return { reply: "failed", attempts: 3, problem: NO_ANSWER };
    if (isSame) return { reply: "deleted", attempts: 1, deleteMarker: undefined };
    return { reply: text === undefined ? "gone" : "changed", attempts: 1 };
  }
}

function etagOf(text: string): string {
  return `"${text}"`;
}
