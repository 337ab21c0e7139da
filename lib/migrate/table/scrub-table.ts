import type { LockTable } from "../../lock/lock-table";
import type { Problem } from "../../problem/problem";
import { plainText } from "../../text/plain-text";
import type { Progress } from "../../work/progress";
import type { LiveTarget } from "../live/live-target";
import type { OpenRepair } from "../step/repair-digest";
import { userProblems } from "../step/under-locks";
import { leftLocks, ownedDigests, type LeftLock, type OwnedDigest } from "./owned-items";
import { releaseLeft, scrubDigest, type ScrubItemOptions, type Scrubbed } from "./scrub-item";
import { tableItems } from "./table-items";

/** What scrubbing a table needs of AWS. */
interface ScrubPort {
  /** The table that is scrubbed. No item of another one is touched, whatever table a root names. */
  readonly table: LockTable;
  readonly open: OpenRepair;
}

/** Which table to scrub, and which roots are known. */
export interface ScrubOptions extends ScrubItemOptions {
  readonly targets: readonly LiveTarget[];
  /** Asked before each item. True: do not begin another one. */
  readonly isStopped: () => boolean;
  readonly progress: Progress;
}

/** Removes every digest of a table that no root needs, and releases the locks of killed migrations, item by item. */
export async function scrubTable(port: ScrubPort, options: ScrubOptions): Promise<readonly Scrubbed[]> {
  const { table, targets, dryRun, progress } = options;
  const items = await tableItems(port.table, table, progress);
  const work = [...ownedDigests(items, targets), ...leftLocks(items, targets)];
  const unmet = options.gone.filter((key) => work.every(({ stateKey }) => stateKey !== key));
  return progress(dryRun ? "Look at digests" : "Remove digests", async (say) => {
    const results: Scrubbed[] = unmet.map(withoutDigest);
    for (const item of work) {
      results.push(options.isStopped() ? notReached(item.lockId) : await scrub(port, item, options));
      const looked = `${String(results.length)} of ${String(work.length)} looked at`;
      const removed = results.filter(({ outcome }) => outcome === "removed").length;
      say(dryRun ? looked : `${looked}, ${String(removed)} removed`);
    }
    return results;
  });
}

/** `unknown` if an answer is missing, `refused` if anything is left or went wrong. */
export function scrubVerdict(results: readonly Scrubbed[]): "fine" | "refused" | "unknown" {
  if (results.some(({ outcome }) => outcome === "unknown")) return "unknown";
  return results.some(({ outcome, problems }) => outcome === "left" || problems.length > 0) ? "refused" : "fine";
}

async function scrub(
  { table, open }: ScrubPort,
  item: OwnedDigest | LeftLock,
  options: ScrubOptions,
): Promise<Scrubbed> {
  const { lockId, owners } = item;
  const [owner] = owners;
  if (new Set(owners.map(storeOf)).size > 1)
    return { lockId, outcome: "left", problems: [severalStores(lockId, owners)] };
  try {
    const opened = owner && open({ ...owner, table: options.table });
    const ports = opened && { ...opened, table, locks: { ...opened.locks, table } };
    return "digest" in item ? await scrubDigest(ports, item, options) : await releaseLeft(ports, item, options.dryRun);
  } catch (error) {
    return { lockId: item.lockId, outcome: "unknown", problems: userProblems(error) };
  }
}

/** Returns as text where, and as whom, the states of a root are read. */
function storeOf({ access = {} }: LiveTarget): string {
  const { endpointUrl, profile, roleArn } = access;
  return JSON.stringify([endpointUrl?.replace(/\/+$/, ""), profile, roleArn]);
}

function severalStores(lockId: string, owners: readonly LiveTarget[]): Problem {
  return {
    code: "several-stores",
    path: `item ${plainText(lockId, Infinity)}`,
    message: `must belong to one state, but ${owners.map(({ path }) => path).join(" and ")} keep a state of that bucket and key in different stores`,
    fix: "Scan the folders of one store at a time, and name that store's table.",
  };
}

function withoutDigest(stateKey: string): Scrubbed {
  const problem = {
    code: "unknown-state",
    path: `--gone ${plainText(stateKey, Infinity)}`,
    message: "must be the key of a state whose digest is in the table, got a key without one",
    fix: "Write the key as the dry run and `statelock migrate status` show it, without the bucket and without -md5.",
  };
  return { lockId: stateKey, outcome: "left", problems: [problem] };
}

function notReached(lockId: string): Scrubbed {
  const problem = {
    code: "interrupted",
    path: `item ${plainText(lockId, Infinity)}`,
    message: "was not looked at, because the run was stopped",
    fix: "Run the command again: it continues where it stopped.",
  };
  return { lockId, outcome: "unknown", problems: [problem] };
}
