import type { SeenRecord } from "../../record/migration-record";
import type { Progress } from "../../work/progress";
import { askLive, hasUnanswered, liveCheck } from "../live/live-fleet-check";
import type { LiveDefaults } from "../live/live-target";
import type { OpenLive } from "../live/read-live";
import type { FleetCheck } from "../scan/fleet-checks";
import type { Parsers } from "../scan/parsers";
import type { Scan } from "../scan/scan";
import type { MoveOptions, MovePlan, Target } from "./move-plan";
import { planMoves } from "./plan-moves";

/** A scanned project, and the parsers that read it. */
export interface ScannedProject {
  readonly scan: Scan;
  readonly parsers: Parsers;
  /** The scanned folders, relative to the working directory. A run changes no file outside of both. */
  readonly folders: readonly string[];
}

/** What a plan reads besides the project's files. */
export interface PlanStepPort {
  readonly open: OpenLive;
  /** Reads what earlier looks have recorded. @throws UserError if a record is damaged */
  readonly record: () => SeenRecord;
}

/** Which step to plan. */
export interface PlanStepOptions {
  readonly to: Target;
  /** @default - every root that the scan found */
  readonly roots: readonly string[] | undefined;
  /** Read S3 and DynamoDB before a step to `lockfile`. */
  readonly live: boolean;
  readonly defaults: LiveDefaults;
  readonly progress: Progress;
}

/** A plan, and whether S3 or DynamoDB left a question about it without an answer. */
export interface PlannedStep {
  readonly plan: MovePlan;
  readonly isUnanswered: boolean;
}

/** Plans a step on. Before a step to `lockfile` it reads what S3 and DynamoDB say against it, if `live` is set. */
export async function planStep(
  port: PlanStepPort,
  project: ScannedProject,
  options: PlanStepOptions,
): Promise<PlannedStep> {
  const { to, roots } = options;
  const live = to === "lockfile" && options.live ? await askRoots(port, project.scan, options) : undefined;
  const plan = await planWithProgress(project, options.progress, {
    to,
    ...(roots === undefined ? {} : { roots }),
    ...(live === undefined ? {} : { checks: [live.check] }),
  });
  return { plan, isUnanswered: live?.isUnanswered === true };
}

/** Plans moves, as a step of its own. */
export function planWithProgress(
  { scan, parsers }: ScannedProject,
  progress: Progress,
  options: MoveOptions,
): Promise<MovePlan> {
  return progress(`Plan the step to ${options.to}`, (say) =>
    planMoves(parsers, scan, {
      ...options,
      onProgress: (done, of) => {
        say(`${String(done)} of ${String(of)} roots`);
      },
    }),
  );
}

async function askRoots(
  { open, record }: PlanStepPort,
  { configurations }: Scan,
  { roots, defaults, progress }: PlanStepOptions,
): Promise<{ readonly check: FleetCheck; readonly isUnanswered: boolean }> {
  const selected = configurations.filter(({ root }) => roots?.includes(root) ?? true);
  const answers = await progress("Ask S3 and DynamoDB", (say) =>
    askLive(open, selected, defaults, (done, of) => {
      say(`${String(done)} of ${String(of)} roots`);
    }),
  );
  return { check: liveCheck(answers, record()), isUnanswered: hasUnanswered(answers) };
}
