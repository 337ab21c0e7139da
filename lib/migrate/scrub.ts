import { lockItemId, type LockTable, type TableItem } from "../lock/lock-table";
import { DIGEST_SUFFIX } from "../policy/dynamodb-access";
import { plainText } from "../plain-text";
import type { Problem } from "../problem";
import { lastWriter } from "./last-writer";
import { leftBehind, untold } from "./live-findings";
import type { LiveTarget } from "./live-target";
import { readState, type LivePorts } from "./read-live";
import { underBothLocks, type LockingPorts } from "./under-locks";

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
  /** `removable`: it would be removed, and this was a look only. */
  readonly outcome: "removed" | "removable" | "left" | "unknown";
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
  const done = await underBothLocks(ports, owner, stateKey, () => ports.table.deleteDigest(lockId, digest));
  if (!("result" in done))
    return { lockId, outcome: done.verdict === "unknown" ? "unknown" : "left", problems: done.problems };
  const { result: reply, problems } = done;
  if (reply.reply === "done") return { lockId, outcome: "removed", problems };
  if (reply.reply === "failed") return { lockId, outcome: "unknown", problems: [reply.problem, ...problems] };
  return { lockId, outcome: "left", problems: [changed(lockId), ...problems] };
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
