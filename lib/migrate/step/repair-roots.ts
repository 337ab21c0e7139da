import type { Problem } from "../../problem/problem";
import { UserError } from "../../problem/problem";
import { counted } from "../../text/counted";
import { forEachLimited } from "../../work/for-each-limited";
import type { Progress } from "../../work/progress";
import { liveTarget, type LiveDefaults } from "../live/live-target";
import { readLive } from "../live/read-live";
import { groupedByState } from "../scan/configuration/same-state";
import type { ScannedConfiguration } from "../scan/scan";
import type { BackTarget } from "./move-plan";
import { repairDigest, type OpenRepair, type Repair, type RepairOptions } from "./repair-digest";
import { userProblems } from "./under-locks";

/** What became of the digest of one state of a root. */
export interface RootRepair extends Repair {
  readonly root: string;
  readonly bucket: string;
}

/** Whose digests to repair, and how. */
export interface RootRepairOptions extends RepairOptions {
  readonly to: BackTarget;
  /** The table that roots on `lockfile` go back to: their files do not name it. */
  readonly table: string | undefined;
  readonly defaults: LiveDefaults;
  /** Asked before each root. True: do not begin another one. */
  readonly isStopped: () => boolean;
  readonly progress: Progress;
}

/** How many states are worked on at the same time. */
const AT_ONCE = 4;

/**
 * Repairs the digests of every root that goes back to a phase, or is on it already. Returns them by root and key.
 * @throws UserError if a root on `lockfile` goes back and no table is named
 */
export async function repairRoots(
  open: OpenRepair,
  selected: readonly ScannedConfiguration[],
  options: RootRepairOptions,
): Promise<RootRepair[]> {
  const { to, table, isStopped, progress } = options;
  const from = to === "both" ? "lockfile" : "both";
  const roots = selected.filter(({ source, phase }) => source !== "reader" && (phase === from || phase === to));
  if (table === undefined && roots.some(({ phase, source }) => phase === "lockfile" && source !== "consumer"))
    throw new UserError([noTable], "unknown");
  const repairs: RootRepair[] = [];
  let done = 0;
  await progress("Repair the digests", (say) =>
    // A root and its consumer keep the same state, and each would meet the other's locks.
    forEachLimited(groupedByState(roots), AT_ONCE, async (group) => {
      for (const root of group) {
        repairs.push(...(isStopped() ? [notReached(root)] : await repairRoot(open, root, options)));
        done += 1;
        say(`${String(done)} of ${counted(roots.length, "root")}`);
      }
    }),
  );
  return repairs.sort((left, right) => (left.root + left.stateKey < right.root + right.stateKey ? -1 : 1));
}

/**
 * True if the root must not go back: a digest is not right, or a lock is left. The digest of a state that does not exist
 * blocks only that workspace: its clients fail until it is removed.
 */
export function isBlocked({ outcome, problems }: Repair): boolean {
  if (outcome === "refused" && problems.every(({ code }) => code === "state-missing")) return false;
  return outcome === "refused" || outcome === "unknown" || problems.length > 0;
}

async function repairRoot(
  open: OpenRepair,
  configuration: ScannedConfiguration,
  options: RootRepairOptions,
): Promise<RootRepair[]> {
  const found = liveTarget(configuration, options.defaults);
  if ("code" in found) return [unknown(configuration, [found])];
  const table = found.table ?? options.table;
  if (table === undefined) return [];
  const target = { ...found, table };
  const { root, bucket } = target;
  const ports = open(target);
  const { states, problems } = await readLive(ports, target);
  const repairs: RootRepair[] = problems.length > 0 ? [unknown(configuration, problems)] : [];
  for (const live of states) {
    const repair = await repairDigest(ports, target, live, options).catch((error: unknown): Repair => ({
      stateKey: live.stateKey,
      outcome: "unknown",
      problems: userProblems(error),
    }));
    repairs.push({ ...repair, root, bucket });
  }
  return repairs;
}

function unknown(configuration: ScannedConfiguration, problems: readonly Problem[]): RootRepair {
  const { root } = configuration;
  return { root, bucket: "", stateKey: configuration.file.path, outcome: "unknown", problems };
}

function notReached(configuration: ScannedConfiguration): RootRepair {
  const problem = {
    code: "interrupted",
    path: configuration.root,
    message: "was not reached, because the run was stopped",
    fix: "Run the command again: it continues where it stopped.",
  };
  return unknown(configuration, [problem]);
}

const noTable: Problem = {
  code: "usage",
  path: "--table",
  message: "must name the table that roots on lockfile go back to, got nothing",
  fix: "Add --table NAME.",
};
