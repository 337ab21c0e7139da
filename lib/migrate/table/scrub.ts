import { parseLockInfo } from "../../lock/lock-info";
import { lockItemId, type LockTable, type TableItem } from "../../lock/lock-table";
import { DIGEST_SUFFIX } from "../../policy/dynamodb-access";
import { plainText } from "../../text/plain-text";
import type { Problem } from "../../problem/problem";
import { lastWriter } from "../live/last-writer";
import { leftBehind, untold } from "../live/live-findings";
import { LOCK_OPERATION } from "../live/live-state";
import type { LiveTarget } from "../live/live-target";
import { readState, type LivePorts } from "../live/read-live";
import { underBothLocks, type LockingPorts, type UnderLocks } from "../step/under-locks";

/** A digest in a table, and the roots whose state it is of. */
export interface OwnedDigest {
  readonly lockId: string;
  readonly digest: string;
  readonly stateKey: string;
  readonly owners: readonly LiveTarget[];
}

/** What became of one item. */
export interface Scrubbed {
  readonly lockId: string;
  /** `removable`: it would be removed, and this was a look only. `released`: it was a lock of a run that was killed. */
  readonly outcome: "removed" | "removable" | "released" | "left" | "unknown";
  readonly problems: readonly Problem[];
}

/** The states a root keeps: its key, and that of each workspace. */
export function ownsState({ bucket, key, workspaceKeyPrefix }: LiveTarget, item: string): boolean {
  if (item === lockItemId(bucket, key)) return true;
  const [start, end] = [lockItemId(bucket, workspaceKeyPrefix === "" ? "" : `${workspaceKeyPrefix}/`), `/${key}`];
  if (!item.startsWith(start) || !item.endsWith(end)) return false;
  const workspace = item.slice(start.length, -end.length);
  return workspace !== "" && !workspace.includes("/");
}

/** Whose the digests of a table are. */
export function ownedDigests(items: readonly TableItem[], targets: readonly LiveTarget[]): OwnedDigest[] {
  return items.flatMap((item) => {
    if (item.kind !== "digest" || !item.lockId.endsWith(DIGEST_SUFFIX)) return [];
    const state = item.lockId.slice(0, -DIGEST_SUFFIX.length);
    const owners = targets.filter((target) => ownsState(target, state));
    const stateKey = state.slice((owners[0]?.bucket ?? state.split("/")[0] ?? "").length + 1);
    return [{ lockId: item.lockId, digest: item.digest, stateKey, owners }];
  });
}

/** A lock that a run of a migration left when the digest was removed already, and the roots whose state it is of. */
export type LeftLock = Omit<OwnedDigest, "digest">;

/** Locks of migrations in a table where no digest is left to be removed. */
export function leftLocks(items: readonly TableItem[], targets: readonly LiveTarget[]): LeftLock[] {
  const digests = new Set(items.filter(({ kind }) => kind === "digest").map(({ lockId }) => lockId));
  return items.flatMap((item) => {
    const isLeft = item.kind === "lock" && parseLockInfo(item.info)?.Operation === LOCK_OPERATION;
    if (!isLeft || digests.has(item.lockId + DIGEST_SUFFIX)) return [];
    const owners = targets.filter((target) => ownsState(target, item.lockId));
    return [{ lockId: item.lockId, stateKey: item.lockId.slice((owners[0]?.bucket ?? "").length + 1), owners }];
  });
}

/**
 * Releases the locks of a migration that was killed, where somebody says that it was.
 * @param ports undefined where no root is known that keeps the state
 */
export async function releaseLeft(
  ports: (LivePorts & LockingPorts) | undefined,
  { lockId, stateKey, owners }: LeftLock,
  dryRun: boolean,
): Promise<Scrubbed> {
  const [owner] = owners;
  if (owner === undefined || ports === undefined) return { lockId, outcome: "left", problems: [unknownState(lockId)] };
  const live = await readState(ports, owner, stateKey, undefined);
  const missing = untold(live);
  if (missing.length > 0) return { lockId, outcome: "unknown", problems: missing };
  const takenOver = dryRun ? [] : ports.takenOver;
  const done = await underBothLocks({ ...ports, takenOver }, owner, live, () => Promise.resolve());
  return asScrubbed(lockId, done, () => ({ lockId, outcome: "released", problems: [] }));
}

/**
 * Removes one digest: under both locks, on condition that it is still the one looked at, and only where every root that
 * is known to keep that state is on `lockfile` and the last client that wrote it was not one with the table alone.
 * @param ports undefined where there is no such root
 */
export async function scrubDigest(
  ports: (LivePorts & LockingPorts & { readonly table: LockTable }) | undefined,
  { lockId, digest, stateKey, owners }: OwnedDigest,
  dryRun: boolean,
): Promise<Scrubbed> {
  const [owner] = owners;
  if (owner === undefined || ports === undefined) return { lockId, outcome: "left", problems: [unknownState(lockId)] };
  const behind = owners.filter(({ phase }) => phase !== "lockfile");
  if (behind.length > 0)
    return { lockId, outcome: "left", problems: behind.map((target) => notOnLockfile(lockId, target)) };
  const live = await readState(ports, owner, stateKey, undefined);
  const missing = untold(live);
  if (missing.length > 0) return { lockId, outcome: "unknown", problems: missing };
  if (lastWriter(live) === "dynamodb")
    return { lockId, outcome: "left", problems: [leftBehind(`s3://${owner.bucket}/${stateKey}`, live)] };
  if (dryRun) return { lockId, outcome: "removable", problems: [] };
  const done = await underBothLocks(ports, owner, live, () => ports.table.deleteDigest(lockId, digest));
  return asScrubbed(lockId, done, (reply) => {
    if (reply.reply === "done") return { lockId, outcome: "removed", problems: [] };
    if (reply.reply === "failed") return { lockId, outcome: "unknown", problems: [reply.problem] };
    return { lockId, outcome: "left", problems: [changed(lockId)] };
  });
}

function asScrubbed<Result>(lockId: string, done: UnderLocks<Result>, told: (result: Result) => Scrubbed): Scrubbed {
  if (!("result" in done))
    return { lockId, outcome: done.verdict === "unknown" ? "unknown" : "left", problems: done.problems };
  const scrubbed = told(done.result);
  return { ...scrubbed, problems: [...scrubbed.problems, ...done.problems] };
}

function unknownState(lockId: string): Problem {
  return {
    code: "unknown-state",
    path: `item ${plainText(lockId)}`,
    message: "must be the digest of a state that a known root keeps, got one that none of those looked into does",
    fix: "Look into the folder of the root that keeps it too. If there is none any more, delete the item by hand.",
  };
}

function notOnLockfile(lockId: string, { path, phase }: LiveTarget): Problem {
  return {
    code: "not-on-lockfile",
    path: `item ${plainText(lockId)}`,
    message: `must be a digest that no root needs, but ${path} is on ${phase}`,
    fix: "Bring that root to lockfile first.",
  };
}

function changed(lockId: string): Problem {
  return {
    code: "digest-changed",
    path: `item ${plainText(lockId)}`,
    message: "must still be the digest that was looked at, got another: a client with the table has written since",
    fix: "Find that client with `statelock migrate status`, then run this again.",
  };
}
