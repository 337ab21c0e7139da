import { counted, withCommas } from "../../text/counted";
import type { SeenRecord } from "../../record/migration-record";
import type { Problem } from "../../problem/problem";
import type { Progress } from "../../work/progress";
import { askLive, hasUnanswered, liveCheck } from "../live/live-fleet-check";
import type { LiveDefaults } from "../live/live-target";
import type { OpenLive } from "../live/read-live";
import type { FleetCheck } from "../scan/fleet-checks";
import type { Parsers } from "../scan/source/parsers";
import type { Scan } from "../scan/scan";
import type { MoveOptions, MovePlan, Target } from "./move-plan";
import { planMoves } from "./plan-moves";
import { proveStores, type ProveLocking, type StoreProof } from "./prove-stores";

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
  /** It writes, so a command that changes nothing has none. @default - no store is probed */
  readonly prove?: ProveLocking;
}

/** Which step to plan. */
interface PlanStepOptions {
  readonly to: Target;
  /** Also moves arguments that Terraform 1.10 and later refuse into `assume_role`. @default false */
  readonly modernize?: boolean;
  /** @default - every root that the scan found */
  readonly roots: readonly string[] | undefined;
  /** Read S3 and DynamoDB before a step to `lockfile`, and prove the stores before each step. */
  readonly live: boolean;
  readonly defaults: LiveDefaults;
  readonly progress: Progress;
}

/** A plan, and whether S3 or DynamoDB left a question about it without an answer. */
export interface PlannedStep {
  readonly plan: MovePlan;
  readonly isUnanswered: boolean;
  /** Problems that a later step will have. @default - none */
  readonly warnings?: readonly Problem[];
}

/**
 * Plans a step on. If `live` is set, it first reads what S3 and DynamoDB say against a step to `lockfile`, and proves that the
 * stores lock.
 */
export async function planStep(
  port: PlanStepPort,
  project: ScannedProject,
  options: PlanStepOptions,
): Promise<PlannedStep> {
  const { to, roots } = options;
  const live = to === "lockfile" && options.live ? await askRoots(port, project.scan, options) : undefined;
  const proof = options.live ? await proofOf(port, project.scan, options) : undefined;
  const checks = [...(live === undefined ? [] : [live.check]), ...(proof === undefined ? [] : [proof.check])];
  const plan = await planWithProgress(project, options.progress, {
    to,
    ...(roots === undefined ? {} : { roots }),
    modernize: options.modernize === true,
    checks,
  });
  const isUnanswered = live?.isUnanswered === true || proof?.isUnanswered === true;
  return { plan, isUnanswered, warnings: proof?.warnings ?? [] };
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
        say(`${withCommas(done)} of ${counted(of, "root")}`);
      },
    }),
  );
}

async function proofOf(
  { prove }: PlanStepPort,
  { configurations }: Scan,
  { roots, ...options }: PlanStepOptions,
): Promise<StoreProof | undefined> {
  const selected = configurations.filter(({ root }) => roots?.includes(root) ?? true);
  return prove === undefined ? undefined : proveStores(prove, selected, options);
}

async function askRoots(
  { open, record }: PlanStepPort,
  { configurations }: Scan,
  { roots, defaults, progress }: PlanStepOptions,
): Promise<{ readonly check: FleetCheck; readonly isUnanswered: boolean }> {
  const selected = configurations.filter(({ root }) => roots?.includes(root) ?? true);
  const answers = await progress("Ask S3 and DynamoDB", (say) =>
    askLive(open, selected, defaults, (done, of) => {
      say(`${withCommas(done)} of ${counted(of, "root")}`);
    }),
  );
  return { check: liveCheck(answers, record()), isUnanswered: hasUnanswered(answers) };
}
