import type { Problem } from "../../problem/problem";
import type { LiveDefaults } from "../live/live-target";
import type { Scan } from "../scan/scan";
import { applyMoves, type Applied, type ApplyPorts } from "./apply-plan";
import { hasWorkByHand, settledIn, type BackTarget, type MovePlan, type Refusal } from "./move-plan";
import { planWithProgress, type ScannedProject } from "./plan-step";
import type { OpenRepair } from "./repair-digest";
import { isBlocked, repairRoots, type RootRepair, type RootRepairOptions } from "./repair-roots";
import { grouped } from "../../text/grouped";

/** Port: opens the states and tables on AWS, and rewrites the project's files. */
interface RollBackPort {
  readonly open: OpenRepair;
  readonly apply: ApplyPorts;
}

/** Which roots go back, and how. */
export interface RollBackOptions extends RootRepairOptions {
  readonly to: BackTarget;
  readonly defaults: LiveDefaults;
  /** @default - every root that the scan found */
  readonly roots: readonly string[] | undefined;
  /** Also changes files that version control cannot restore, such as files with uncommitted changes. */
  readonly force: boolean;
}

/** The result of a run: the plan, the digest repairs, the roots that moved and the roots that stayed. */
export interface RollBackResult extends Applied {
  readonly plan: MovePlan;
  readonly repairs: readonly RootRepair[];
}

/**
 * Takes roots back one phase. First repairs the digest of each state (the MD5 in the DynamoDB table, which clients with the
 * table compare), then rewrites the files of the roots whose digests are right. Also repairs the digests of a root that is
 * already in the target phase: a client on the later phase may have written since.
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

/**
 * Returns the verdict on a run: `unknown` if Statelock could not check or repair a digest, `refused` if a root stayed where
 * it was, the scan found a problem or the operator must edit a file by hand, otherwise `fine`.
 */
export function rollBackVerdict(
  { refusals, repairs, plan }: RollBackResult,
  scan: Scan,
): "fine" | "refused" | "unknown" {
  if (repairs.some(({ outcome }) => outcome === "unknown")) return "unknown";
  const isLeft = repairs.some(({ outcome }) => outcome === "refused");
  return isLeft || refusals.length > 0 || scan.problems.length > 0 || hasWorkByHand(plan) ? "refused" : "fine";
}

/** Joins the problems of all states of a root. */
function problemsByRoot(repairs: readonly RootRepair[]): ReadonlyMap<string, readonly Problem[]> {
  const byRoot = grouped(repairs, ({ root }) => root);
  return new Map([...byRoot].map(([root, those]) => [root, those.flatMap(({ problems }) => problems)]));
}

/** Adds a refusal for each blocked root whose files need no change. The plan refuses only roots that it would rewrite. */
function withBlocked(refusals: readonly Refusal[], blocked: ReadonlyMap<string, readonly Problem[]>): Refusal[] {
  const refused = new Set(refusals.flatMap(({ roots }) => roots));
  const others = [...blocked].filter(([root]) => !refused.has(root));
  return [...refusals, ...others.map(([root, problems]) => ({ roots: [root], problems }))];
}
