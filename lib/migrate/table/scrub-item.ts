import { holderText } from "../../lock/holder-text";
import type { LockInfo } from "../../lock/lock-info";
import type { LockTable } from "../../lock/lock-table";
import { plainText } from "../../text/plain-text";
import { shellQuoted } from "../../text/shell-quoted";
import type { Problem } from "../../problem/problem";
import { leftBehind, stateMissing } from "../live/phase-findings";
import type { LiveTarget } from "../live/live-target";
import { readLiveState, type LivePorts } from "../live/read-live";
import { unanswered } from "../live/unanswered";
import { underBothLocks, type LockingPorts, type UnderLocks } from "../step/under-locks";
import type { LeftLock, OwnedDigest } from "./owned-items";

/** What became of one item. */
export interface Scrubbed {
  readonly lockId: string;
  /** `removable`: a dry run would have removed it. `released`: it was a lock of a killed run. */
  readonly outcome: "removed" | "removable" | "released" | "left" | "unknown";
  readonly problems: readonly Problem[];
}

/** How to scrub. */
export interface ScrubItemOptions {
  readonly table: string;
  /** Looks, and changes nothing. */
  readonly dryRun: boolean;
  /** Keys of states that the operator knows to be deleted on purpose: their digests go in every phase. */
  readonly gone: readonly string[];
}

/**
 * Removes one digest under both locks, on condition that it is still the digest that was read. Leaves it if a root that
 * keeps its state is not on `lockfile`, or if a client that locks in the table alone wrote the state last. A digest whose
 * state does not exist protects a root from starting again with nothing: on other phases the operator has to name it.
 * @param ports undefined if no known root keeps the state
 */
export async function scrubDigest(
  ports: (LivePorts & LockingPorts & { readonly table: LockTable }) | undefined,
  { lockId, digest, stateKey, owners }: OwnedDigest,
  { table, dryRun, gone }: ScrubItemOptions,
): Promise<Scrubbed> {
  const [owner] = owners;
  if (owner === undefined || ports === undefined) return { lockId, outcome: "left", problems: [unknownState(lockId)] };
  const live = await readLiveState(ports, owner, stateKey, undefined);
  const unread = unanswered(live);
  if (unread.length > 0) return { lockId, outcome: "unknown", problems: unread };
  const isGone = live.state.found === "nothing";
  const behind = isGone && gone.includes(stateKey) ? [] : owners.filter(({ phase }) => phase !== "lockfile");
  if (behind.length > 0) {
    const problems = isGone
      ? [stateMissing({ ...owner, table }, live)]
      : behind.map((target) => notOnLockfile(lockId, target));
    return { lockId, outcome: "left", problems };
  }
  const straggler = leftBehind(owner, live);
  if (straggler !== undefined) return { lockId, outcome: "left", problems: [straggler] };
  if (dryRun) return { lockId, outcome: "removable", problems: [] };
  const done = await underBothLocks(ports, owner, live, () => ports.table.deleteDigest(lockId, digest));
  return scrubbed(lockId, done, (reply) => {
    if (reply.reply === "done") return { lockId, outcome: "removed", problems: [] };
    if (reply.reply === "failed") return { lockId, outcome: "unknown", problems: [reply.problem] };
    return { lockId, outcome: "left", problems: [changed(lockId)] };
  });
}

/**
 * Releases the locks of a killed migration, if the operator has named them with `--take-over`.
 * @param ports undefined if no known root keeps the state
 */
export async function releaseLeft(
  ports: (LivePorts & LockingPorts) | undefined,
  { lockId, lock, stateKey, owners }: LeftLock,
  dryRun: boolean,
): Promise<Scrubbed> {
  const [owner] = owners;
  if (owner === undefined || ports === undefined)
    return { lockId, outcome: "left", problems: [lockOfUnknownState(lockId, lock)] };
  const live = await readLiveState(ports, owner, stateKey, undefined);
  const unread = unanswered(live);
  if (unread.length > 0) return { lockId, outcome: "unknown", problems: unread };
  const takenOver = dryRun ? [] : ports.takenOver;
  const done = await underBothLocks({ ...ports, takenOver }, owner, live, () => Promise.resolve());
  return scrubbed(lockId, done, () => ({ lockId, outcome: "released", problems: [] }));
}

function scrubbed<Result>(lockId: string, done: UnderLocks<Result>, from: (result: Result) => Scrubbed): Scrubbed {
  if (!("result" in done))
    return { lockId, outcome: done.verdict === "unknown" ? "unknown" : "left", problems: done.problems };
  const item = from(done.result);
  return { ...item, problems: [...item.problems, ...done.problems] };
}

function unknownState(lockId: string): Problem {
  return {
    code: "unknown-state",
    path: `item ${plainText(lockId, Infinity)}`,
    message: "belongs to a state that no scanned root keeps",
    fix: "Scan the folder of its root too. If the root no longer exists, delete the item by hand.",
  };
}

function lockOfUnknownState(lockId: string, lock: LockInfo): Problem {
  return {
    code: "unknown-state",
    path: `item ${plainText(lockId, Infinity)}`,
    message: `is a lock of ${holderText(lock)}, on a state that no scanned root keeps`,
    fix: `Wait until that run has ended. If it was killed, scan the folder of its root too and add --take-over ${shellQuoted(lock.ID)}.`,
  };
}

function notOnLockfile(lockId: string, { path, phase }: LiveTarget): Problem {
  return {
    code: "not-on-lockfile",
    path: `item ${plainText(lockId, Infinity)}`,
    message: `is a digest that ${path} may still read, because that root is on ${phase}`,
    fix: "Move that root to lockfile first.",
  };
}

function changed(lockId: string): Problem {
  return {
    code: "digest-changed",
    path: `item ${plainText(lockId, Infinity)}`,
    message: "changed after it was read: a client that uses the table wrote the state",
    fix: "Find that client with `statelock migrate status`, then run this again.",
  };
}
