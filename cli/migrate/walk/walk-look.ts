import { resolve } from "node:path";
import type { Scan } from "../../../lib/migrate/scan/scan";
import { stepVerdict } from "../../../lib/migrate/step/apply-step";
import { nextTarget } from "../../../lib/migrate/step/move-plan";
import { planStep } from "../../../lib/migrate/step/plan-step";
import { walkStep, type WalkStep } from "../../../lib/migrate/step/walk-step";
import { dataFolder, readDataFolder } from "../../../lib/programs/data-folder";
import { initializedBackend } from "../../../lib/state/initialized-backend";
import type { CommandContext } from "../../screen/command-context";
import { terminalProgress } from "../../screen/terminal-progress";
import { liveDefaults, planStepPort } from "../project/migrate-live-access";
import { noteRefusals, scanProject } from "../project/migrate-project";
import { withSkippedPhases } from "../project/migrate-sightings";
import { scanText } from "../scan/scan-text";

/** A look at the fleet, and what is next. */
export interface WalkLook {
  readonly scan: Scan;
  readonly step: WalkStep;
  /** False if a question about the fleet has no answer. */
  readonly isKnown: boolean;
}

/** Scans the working directory, shows where its roots are and what blocks them, and returns what is next. */
export async function lookAt(context: CommandContext): Promise<WalkLook> {
  const project = await scanProject(context, []);
  const scan = withSkippedPhases(context, project.scan);
  const { configurations, problems } = scan;
  const defaults = liveDefaults(context, {}, project.parsers);
  const to = nextTarget(scan);
  const planned = await planStep(planStepPort(context, scan, {}), project, {
    to,
    roots: undefined,
    live: to === "lockfile",
    defaults,
    progress: terminalProgress(context.terminal),
  });
  const { plan } = planned;
  context.write(`\n${scanText(scan)}`);
  noteRefusals(context, plan.refusals, problems);
  const isBehind = configurations.some(
    ({ phase, source, root }) =>
      phase === "lockfile" &&
      (source === "terraform" || source === "opentofu") &&
      initializedBackend(
        readDataFolder(dataFolder(resolve(context.workingDirectory, root), context.environment)).backend,
      )?.table !== undefined,
  );
  return {
    scan,
    step: walkStep({ plan, hasProblems: problems.length > 0, isBehind }),
    isKnown: stepVerdict(planned, plan, scan) !== "unknown",
  };
}
