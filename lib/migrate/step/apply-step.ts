import type { Progress } from "../../work/progress";
import type { Scan } from "../scan/scan";
import { applyMoves, wasStopped, type Applied, type ApplyPorts } from "./apply-plan";
import { hasWorkByHand, settledIn } from "./move-plan";
import type { PlannedStep } from "./plan-step";

/** How to apply a step. */
interface ApplyStepOptions {
  /** Also changes files that version control could not give back. */
  readonly force: boolean;
  /** The operator answers for S3 and DynamoDB: they were not read. */
  readonly offline: boolean;
  /** Asked before each root. True: do not begin another one. */
  readonly isStopped: () => boolean;
  readonly progress: Progress;
}

/** Rewrites the files of a planned step, and remembers the phase of every root that is there now. */
export async function applyStep(
  ports: ApplyPorts,
  { plan }: PlannedStep,
  scan: Scan,
  { force, offline, isStopped, progress }: ApplyStepOptions,
): Promise<Applied> {
  const applied = await progress(
    `Rewrite to ${plan.to}`,
    (say) =>
      applyMoves(plan, ports, {
        force,
        isStopped,
        onProgress: (done, of) => {
          say(`${String(done)} of ${String(of)}`);
        },
      }),
    ({ refusals }) => refusals.length === 0,
  );
  // Nobody read the states of roots that are on lockfile already. With --offline the operator answers for them.
  if (plan.to !== "lockfile" || offline) ports.memory.remember(settledIn(plan, scan));
  return applied;
}

/** `unknown` if the run was stopped, has no answer or found no backend to look into, `refused` if anything is left to do. */
export function stepVerdict(
  { plan, isUnanswered }: PlannedStep,
  result: Pick<Applied, "refusals">,
  scan: Scan,
): "fine" | "refused" | "unknown" {
  if (isUnanswered || wasStopped(result) || scan.configurations.length === 0) return "unknown";
  const isLeft = result.refusals.length > 0 || scan.problems.length > 0 || hasWorkByHand(plan);
  return isLeft ? "refused" : "fine";
}
