import { Command, Option } from "commander";
import { shared } from "../../options/shared-options";
import { helpText, type HelpText } from "../../screen/help-text";
import { stepVerdict } from "../../../lib/migrate/step/apply-step";
import { nextTarget, type Target } from "../../../lib/migrate/step/move-plan";
import { planStep } from "../../../lib/migrate/step/plan-step";
import { plannedGrants } from "../../../lib/migrate/step/planned-grants";
import { gitVersionControl } from "../../../lib/programs/working-tree";
import type { CommandContext } from "../../screen/command-context";
import { terminalProgress } from "../../screen/terminal-progress";
import { EXIT } from "../../screen/report-error";
import { liveDefaults, planStepPort, withLiveOptions, type LiveOptions } from "../project/migrate-live-access";
import { withVariableOptions, type VariableOptions } from "../project/known-places";
import {
  backendFilesOption,
  modernizeOption,
  rootOption,
  scanProject,
  selectedRoots,
  type BackendFiles,
} from "../project/migrate-project";
import { noteOwnSettings } from "../project/note-own-settings";
import { withSkippedPhases } from "../project/migrate-sightings";
import { planJson } from "./plan-json";
import { showPlan } from "./plan-text";

interface Options extends LiveOptions, BackendFiles, VariableOptions {
  readonly to?: Target;
  readonly root?: readonly string[];
  readonly live?: boolean;
  readonly diff?: boolean;
  readonly modernize?: boolean;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock migrate plan", "the fleet's next step, its grants and its patch"],
    ["statelock migrate plan --to lockfile infra", "what stands in the way of the step after it"],
    ["statelock migrate plan --root infra/network", "one root"],
    ["statelock migrate plan --to lockfile --live", "read S3 and DynamoDB too, as apply does"],
  ],
  text: [
    "First, move every root of a state to both. Once each of them has run with both, move every root of the state to lockfile.",
  ],
  exit: {
    0: "nothing stands in the way",
    1: "some roots cannot move, have to be moved by hand, skipped a phase, do not lock, or do not say how",
    2: "S3 or DynamoDB did not answer a question, or no backend was found",
  },
};

/** `statelock migrate plan` */
export function migratePlanCommand(context: CommandContext): Command {
  return withVariableOptions(withLiveOptions(new Command("plan")))
    .description("Show what the next step changes in files and grants, and what stands in its way. Changes nothing.")
    .argument("[folders...]", "folders to scan (default: the working directory)")
    .addOption(
      new Option("--to <phase>", "the phase to plan for (default: the fleet's next)").choices(["both", "lockfile"]),
    )
    .addOption(rootOption())
    .addOption(backendFilesOption())
    .option("--live", "also read S3 and DynamoDB for what stands in the way of lockfile")
    .addOption(modernizeOption())
    .option("--diff", "print the whole patch, also on a terminal; a file or a pipe always gets it")
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (folders: readonly string[], options: Options) => {
      const project = await scanProject(context, folders, options);
      const scan = withSkippedPhases(context, project.scan);
      const defaults = liveDefaults(context, options, project.parsers);
      const roots = selectedRoots(context, scan, options.root);
      if (options.live === true) noteOwnSettings(context, scan, defaults, roots);
      const planned = await planStep(planStepPort(context, scan, options), project, {
        to: options.to ?? nextTarget(scan),
        roots,
        live: options.live === true,
        modernize: options.modernize === true,
        defaults,
        progress: terminalProgress(context.terminal),
      });
      const { plan } = planned;
      const verdict = stepVerdict(planned, plan, scan);
      if (verdict !== "fine") context.exitWith(EXIT[verdict]);
      const { nameOf } = gitVersionControl(context.workingDirectory, context.environment);
      const grants = plannedGrants(plan, scan, defaults);
      if (options.json === true) {
        context.write(`${JSON.stringify(planJson(plan, scan, grants, nameOf), null, 2)}\n`);
        return;
      }
      showPlan(context, { plan, scan, grants, nameOf, wanted: options.diff === true });
    });
}
