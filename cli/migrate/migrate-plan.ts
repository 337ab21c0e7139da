import { Command, Option } from "commander";
import { plannedGrants } from "../../lib/migrate/step/planned-grants";
import { hasConsumersByHand, nextTarget, type MovePlan, type Target } from "../../lib/migrate/step/plan";
import { phaseCounts, planDiff, planJson } from "../../lib/migrate/step/report";
import { stepByHand } from "../../lib/migrate/scan/next-step";
import { gitVersionControl } from "../../lib/programs/working-tree";
import type { CommandContext } from "../screen/command-context";
import { counted } from "../../lib/text/counted";
import { askProject, liveDefaults, withLiveOptions, type LiveOptions } from "./migrate-live-access";
import { noteGrants } from "./migrate-grants";
import { noteRefusals, planProject, rootOption, scanProject, selectedRoots } from "./migrate-project";
import { EXIT } from "../screen/report-error";

interface Options extends LiveOptions {
  readonly to?: Target;
  readonly root?: readonly string[];
  readonly live?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock migrate plan                        the fleet's next step, as a patch
  $ statelock migrate plan --to lockfile infra    what would stand in the way of the step after it
  $ statelock migrate plan --root infra/network   one root
  $ statelock migrate plan --to lockfile --live   ask S3 and DynamoDB too, as apply does

The order is: every root of a state to both; then, when each has run with that, every root of it to lockfile.
Exit code 0: nothing stands in the way. 1: some roots could not be moved, or consumers are left to edit.`;

/** `statelock migrate plan` */
export function migratePlanCommand(context: CommandContext): Command {
  return withLiveOptions(new Command("plan"))
    .description("Show what the next step changes in files and grants, and what stands in its way. Nothing is changed.")
    .argument("[folders...]", "folders to look into (default: the working directory)")
    .addOption(
      new Option("--to <phase>", "the phase to plan for (default: the fleet's next)").choices(["both", "lockfile"]),
    )
    .addOption(rootOption())
    .option("--live", "also ask S3 and DynamoDB what stands in the way of lockfile")
    .option("--json", "print the result as JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (folders: readonly string[], options: Options) => {
      const project = await scanProject(context, folders);
      const { scan } = project;
      const { nameOf } = gitVersionControl(context.workingDirectory, context.environment);
      const roots = selectedRoots(context, scan, options.root);
      const to = options.to ?? nextTarget(scan);
      const live =
        to === "lockfile" && options.live === true ? await askProject(context, scan, roots, options) : undefined;
      const plan = await planProject(context, project, {
        to,
        ...(roots === undefined ? {} : { roots }),
        ...(live === undefined ? {} : { checks: [live.check] }),
      });
      if (plan.refusals.length > 0 || scan.problems.length > 0 || hasConsumersByHand(plan))
        context.exitWith(EXIT.refused);
      if (live?.couldNotTell === true) context.exitWith(EXIT.unknown);
      const grants = plannedGrants(plan, scan, liveDefaults(context, options));
      if (options.json === true) {
        context.write(`${JSON.stringify(planJson(plan, scan, grants, nameOf), null, 2)}\n`);
        return;
      }
      context.write(planDiff(plan, scan, nameOf));
      noteGrants(context, grants);
      noteRefusals(context, plan.refusals, scan.problems);
      const { dynamodb, both, lockfile } = phaseCounts(scan.configurations);
      context.terminal.note(
        `\nNow: ${String(dynamodb)} on dynamodb, ${String(both)} on both, ${String(lockfile)} on lockfile.`,
      );
      notePlan(context, plan);
    });
}

/** Shows, on standard error, how much a plan moves and what is left to people. */
export function notePlan({ terminal }: CommandContext, { to, moves, refusals, byHand }: MovePlan): void {
  const files = moves.reduce((sum, { replacements }) => sum + replacements.length, 0);
  const roots = moves.reduce((sum, move) => sum + move.roots.length, 0);
  terminal.note(
    `To ${to}: ${counted(roots, "root")} in ${counted(files, "file")}; ${String(refusals.flatMap((each) => each.roots).length)} left alone.`,
  );
  for (const each of byHand) terminal.note(`  by hand: ${each.root} (${each.source}): ${stepByHand(each, to)}`);
}
