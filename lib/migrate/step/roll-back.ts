import type { Problem } from "../../problem/problem";
import type { LiveDefaults } from "../live/live-target";
import type { Scan } from "../scan/scan";
import { applyMoves, type Applied, type ApplyPorts } from "./apply-plan";
import { hasWorkByHand, settledIn, type BackTarget, type MovePlan, type Refusal } from "./move-plan";
import { planWithProgress, type ScannedProject } from "./plan-step";
import type { OpenRepair } from "./repair-digest";
import { isBlocked, repairRoots, type RootRepair, type RootRepairOptions } from "./repair-roots";

/** What going back needs of AWS and of the project's files. */
export interface RollBackPort {
  readonly open: OpenRepair;
  readonly apply: ApplyPorts;
}

/** Which roots go back, and how. */
export interface RollBackOptions extends RootRepairOptions {
  readonly to: BackTarget;
  readonly defaults: LiveDefaults;
  /** @default - every root that the scan found */
  readonly roots: readonly string[] | undefined;
  /** Also changes files that version control could not give back. */
  readonly force: boolean;
}

/** What a run found and did. */
export interface RollBackResult extends Applied {
  readonly plan: MovePlan;
  readonly repairs: readonly RootRepair[];
}

/**
 * Takes roots back one phase: repairs the digest of each of their states, then rewrites the files of the roots whose
 * digests are right. A root that is on the phase already gets its digests repaired.
 */
export async function rollBack(
  port: RollBackPort,
  project: ScannedProject,
  options: RollBackOptions,
): Promise<RollBackResult> {
  const { to, table, roots, dryRun, force, isStopped, progress } = options;
  const selected = project.scan.configurations.filter(({ root }) => roots?.includes(root) ?? true);
  const repairs = await repairRoots(port.open, selected, options);
  const blocked = problemsByRoot(repairs.filter(isBlocked));
  const plan = await planWithProgress(project, progress, {
    to,
    back: { table },
    ...(roots === undefined ? {} : { roots }),
    checks: [({ root }) => Promise.resolve(blocked.get(root) ?? [])],
  });
  if (dryRun) return { moved: plan.moves, refusals: withBlocked(plan.refusals, blocked), plan, repairs };
  const applied = await applyMoves(plan, port.apply, { force, isStopped });
  port.apply.memory.remember(settledIn(plan, project.scan));
  return { moved: applied.moved, refusals: withBlocked(applied.refusals, blocked), plan, repairs };
}

/** `unknown` if a digest could not be judged, `refused` if anything is left to do. */
export function rollBackVerdict(
  { refusals, repairs, plan }: RollBackResult,
  scan: Scan,
): "fine" | "refused" | "unknown" {
  if (repairs.some(({ outcome }) => outcome === "unknown")) return "unknown";
  return refusals.length > 0 || scan.problems.length > 0 || hasWorkByHand(plan) ? "refused" : "fine";
}

function problemsByRoot(repairs: readonly RootRepair[]): ReadonlyMap<string, readonly Problem[]> {
  const byRoot = new Map<string, readonly Problem[]>();
  for (const { root, problems } of repairs) byRoot.set(root, [...(byRoot.get(root) ?? []), ...problems]);
  return byRoot;
}

/** Adds the blocked roots that have nothing to rewrite, and so are not refused by the plan. */
function withBlocked(refusals: readonly Refusal[], blocked: ReadonlyMap<string, readonly Problem[]>): Refusal[] {
  const refused = new Set(refusals.flatMap(({ roots }) => roots));
  const others = [...blocked].filter(([root]) => !refused.has(root));
  return [...refusals, ...others.map(([root, problems]) => ({ roots: [root], problems }))];
}
