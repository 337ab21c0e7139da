import type { ListedVersion, RestoreStore } from "../../lib/history/history-port";
import type { ReadVersion, VersionReading, WriteReply } from "../../lib/lock/state-store";
import type { LockObject } from "../../lib/lock/lock-port";
import type { ReleaseResult } from "../../lib/lock/release-decisions";
import { AWS_HONOURS, type StoreHonours } from "../../lib/lock/store-honours";
import { lockedProblem } from "../../lib/lock/take-lock";
import { UserError, type Problem } from "../../lib/problem/problem";

export const NO_ANSWER: Problem = { code: "aws-call", path: "s3://b/k", message: "must answer, got 500", fix: "again" };

/** The history of one key, in memory, and everything that was asked of it. */
export class FakeHistory implements RestoreStore {
  readonly calls: string[] = [];
  lockedBy: string | undefined;
  status: string | undefined = "Enabled";
  /** Versions that S3 would not give out. */
  readonly unreadable = new Set<string>();
  /** Called before a write has its effect. */
  beforeWrite: () => WriteReply | undefined = () => undefined;
  /** Called before a lock is released. */
  beforeRelease: () => ReleaseResult | undefined = () => undefined;
  /** Tags by version. */
  readonly tagged = new Map<string, Readonly<Record<string, string>>>();
  private readonly entries: { readonly id: string; readonly text: string | undefined }[] = [];

  /** Texts from the oldest to the newest, as versions v1, v2…; undefined: a delete marker. */
  constructor(texts: readonly (string | undefined)[]) {
    for (const text of texts) this.add(text);
  }

  add(text: string | undefined): string {
    const id = `v${String(this.entries.length + 1)}`;
    this.entries.unshift({ id, text });
    return id;
  }

  get current(): string | undefined {
    return this.entries[0]?.text;
  }

  async *versions(): AsyncGenerator<ListedVersion> {
    for (const [index, { id, text }] of this.entries.entries()) {
      await Promise.resolve();
      yield {
        versionId: id,
        kind: text === undefined ? "delete-marker" : "object",
        writtenAt: new Date(Date.UTC(2026, 0, 1) - index * 1_000),
        size: text?.length ?? 0,
        current: index === 0,
      };
    }
  }

  read(_key: string, versionId?: string): Promise<VersionReading> {
    const entry = versionId === undefined ? this.entries[0] : this.entries.find(({ id }) => id === versionId);
    this.calls.push(`read ${versionId ?? "current"}`);
    if (this.unreadable.has(versionId ?? "current"))
      return Promise.resolve({ found: "unreadable", problem: NO_ANSWER });
    if (entry?.text === undefined) return Promise.resolve({ found: "nothing" });
    return Promise.resolve({ found: "version", object: this.object(entry.id, entry.text) });
  }

  look(): Promise<VersionReading> {
    const [now] = this.entries;
    if (this.unreadable.has("head")) return Promise.resolve({ found: "unreadable", problem: NO_ANSWER });
    if (now?.text === undefined) return Promise.resolve({ found: "nothing" });
    return Promise.resolve({ found: "version", object: { ...objectOf(now.id, now.text), text: undefined } });
  }

  tags(_key: string, versionId: string): Promise<Readonly<Record<string, string>>> {
    this.calls.push(`tags ${versionId}`);
    if (this.unreadable.has("tags")) return Promise.reject(new UserError([NO_ANSWER], "unknown"));
    return Promise.resolve(this.tagged.get(versionId) ?? {});
  }

  private object(id: string, text: string): ReadVersion {
    const count = Object.keys(this.tagged.get(id) ?? {}).length;
    return { ...objectOf(id, text), ...(count === 0 ? {} : { tagCount: count }) };
  }

  honours(): Promise<StoreHonours> {
    return Promise.resolve(AWS_HONOURS);
  }

  versioning(): Promise<string | undefined> {
    return Promise.resolve(this.status);
  }

  write(...[_key, text, { condition, encryption, tags }]: Parameters<RestoreStore["write"]>): Promise<WriteReply> {
    const asked = encryption === undefined ? "" : ` ${encryption.algorithm}`;
    this.calls.push(`write ${"ifMatch" in condition ? `if ${condition.ifMatch}` : "if none"}${asked}`);
    const instead = this.beforeWrite();
    if (instead !== undefined) return Promise.resolve(instead);
    const now = this.entries[0];
    const etag = now?.text === undefined ? undefined : objectOf(now.id, now.text).etag;
    if (etag !== ("ifMatch" in condition ? condition.ifMatch : undefined))
      return Promise.resolve({ reply: "condition-failed" });
    const versionId = this.add(text);
    if (tags !== undefined) this.tagged.set(versionId, tags);
    return Promise.resolve({ reply: "written", versionId });
  }

  takeLock(...[_key, lock, encryption]: Parameters<RestoreStore["takeLock"]>): Promise<void> {
    this.calls.push(`lock${encryption === undefined ? "" : ` ${encryption.algorithm}`}`);
    if (this.lockedBy !== undefined)
      return Promise.reject(new UserError([lockedProblem("s3://b/k.tflock", undefined)]));
    this.lockedBy = lock.ID;
    return Promise.resolve();
  }

  releaseLock(_key: string, lockId: string): Promise<ReleaseResult> {
    this.calls.push("unlock");
    const instead = this.beforeRelease();
    if (instead !== undefined) return Promise.resolve(instead);
    if (this.lockedBy !== lockId) return Promise.resolve({ outcome: "already-free" });
    this.lockedBy = undefined;
    return Promise.resolve({ outcome: "released", lock: LOCK, deleteMarker: undefined });
  }
}

/** The lock that a run under test takes. */
export const OWN_LOCK = {
  ID: "ours",
  Operation: "",
  Info: "",
  Who: "me@here",
  Version: "1",
  Created: "2026-11-23T10:00:00Z",
  Path: "",
};

export const LOCK: LockObject = {
  key: "k.tflock",
  etag: '"l"',
  lastModified: new Date(0),
  versionId: undefined,
  size: 1,
  text: "{}",
};

function objectOf(versionId: string, text: string): ReadVersion {
  return { text, etag: `"${versionId}"`, versionId, encryption: { algorithm: "AES256", kmsKeyId: undefined } };
}
