import type {
  ItemReading,
  ItemReply,
  LockTable,
  TableDescription,
  TableItem,
  TableReading,
} from "../../lib/lock/lock-table";

/** A lock table in memory. */
export class FakeLockTable implements LockTable {
  readonly held = new Map<string, TableItem>();
  readonly calls: string[] = [];
  /** Called before a write has its effect. */
  beforeWrite: (call: string) => ItemReply | undefined = () => undefined;
  /** Called when it has had it, and nobody has heard of it. */
  afterWrite: (call: string) => ItemReply | undefined = () => undefined;
  /** Called before an item is read. */
  beforeRead: (lockId: string) => ItemReading | undefined = () => undefined;

  constructor(public description: TableDescription = { arn: "", status: "ACTIVE", deletionProtection: false }) {}

  describe(): Promise<TableReading> {
    return Promise.resolve({ found: "table", table: this.description });
  }

  async *items(): AsyncGenerator<TableItem> {
    await Promise.resolve();
    yield* this.held.values();
  }

  read(lockId: string): Promise<ItemReading> {
    const instead = this.beforeRead(lockId);
    if (instead !== undefined) return Promise.resolve(instead);
    const item = this.held.get(lockId);
    return Promise.resolve(item === undefined ? { found: "nothing" } : { found: "item", item });
  }

  takeLock(lockId: string, info: string): Promise<ItemReply> {
    return this.write("lock", lockId, (now) => now === undefined, { kind: "lock", info });
  }

  releaseLock(lockId: string, info: string): Promise<ItemReply> {
    return this.write("unlock", lockId, (now) => now?.kind === "lock" && now.info === info, undefined);
  }

  putDigest(lockId: string, digest: string, seen: string | undefined): Promise<ItemReply> {
    const same = (now: TableItem | undefined): boolean => (now?.kind === "digest" ? now.digest : undefined) === seen;
    return this.write("digest", lockId, same, { kind: "digest", digest });
  }

  deleteDigest(lockId: string, digest: string): Promise<ItemReply> {
    const same = (now: TableItem | undefined): boolean => now?.kind === "digest" && now.digest === digest;
    return this.write("delete digest", lockId, same, undefined);
  }

  private write(
    call: string,
    lockId: string,
    holds: (now: TableItem | undefined) => boolean,
    item: { kind: "lock"; info: string } | { kind: "digest"; digest: string } | undefined,
  ): Promise<ItemReply> {
    this.calls.push(call);
    const instead = this.beforeWrite(call);
    if (instead !== undefined) return Promise.resolve(instead);
    const now = this.held.get(lockId);
    if (!holds(now)) return Promise.resolve({ reply: "changed", item: now });
    if (item === undefined) this.held.delete(lockId);
    else this.held.set(lockId, { lockId, attributes: {}, ...item });
    return Promise.resolve(this.afterWrite(call) ?? { reply: "done" });
  }
}
