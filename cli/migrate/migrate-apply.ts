import { Command, Option } from "commander";
import { replaceFiles } from "../../lib/files/replace-files";
import { runRecord } from "../../lib/files/unfinished-run";
import { applyMoves, wasStopped, type Applied, type ApplyPorts } from "../../lib/migrate/step/apply-plan";
import { plannedGrants } from "../../lib/migrate/step/planned-grants";
import { hasConsumersByHand, settledIn, type MovePlan, type Target } from "../../lib/migrate/step/plan";
import { appliedJson, planDiff, planJson } from "../../lib/migrate/step/report";
import { gitVersionControl } from "../../lib/programs/working-tree";
import { plainText } from "../../lib/text/plain-text";
import type { CommandContext } from "../screen/command-context";
import { askProject, liveDefaults, withLiveOptions, type LiveOptions } from "./migrate-live-access";
import { noteConsumers } from "./migrate-consumers";
import { noteGrants } from "./migrate-grants";
import { notePlan } from "./migrate-plan";
import {
  noteRefusals,
  planProject,
  rootOption,
  scanProject,
  selectedRoots,
  type ScannedProject,
} from "./migrate-project";
import { noteRecords, phaseMemory, seenRecords } from "./migrate-sightings";
import { terminalProgress } from "../screen/progress";
import { EXIT } from "../screen/report-error";
import { untilInterrupted } from "../../lib/work/interruption";

interface Options extends LiveOptions {
  readonly to: Target;
  readonly root?: readonly string[];
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly offline?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock migrate apply --to both                       rewrite every root that locks in the table alone
  $ statelock migrate apply --to both --root infra/network  one root
  $ statelock migrate apply --to lockfile --dry-run > x.patch && git apply x.patch

It can be run again at any moment: what is done is not done again, and what a killed run had begun is finished.
It reports each consumer of a state.config.ts with the edit to make by hand: edit, synthesize, run it again, deploy. Which
phase each state reached is kept in statelock.migration.json: commit it too.
Before lockfile S3 and DynamoDB are asked: a root stays where a lock is held, where the digest is stale, or where no
client on both was seen yet.
Exit code 0: every selected root is there. 1: some were left alone, and why is shown, or consumers are left to edit. 2: S3 or DynamoDB did not tell.`;

/** `statelock migrate apply` */
export function migrateApplyCommand(context: CommandContext): Command {
  return withLiveOptions(new Command("apply"))
    .description("Rewrite the locking arguments of backends in place: those, and nothing else.")
    .argument("[folders...]", "folders to look into (default: the working directory)")
    .addOption(new Option("--to <phase>", "the phase to go to").choices(["both", "lockfile"]).makeOptionMandatory())
    .addOption(rootOption())
    .option("--dry-run", "print a patch that git apply takes, and change nothing")
    .option("--force", "also with changes that are not committed, or files that git does not track")
    .option(
      "--offline",
      "do not ask S3 and DynamoDB before lockfile: that nobody locks in the table alone is then yours to know",
    )
    .option("--json", "print the result as JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (folders: readonly string[], options: Options) => {
      const project = await scanProject(context, folders);
      const roots = selectedRoots(context, project.scan, options.root);
      const live =
        options.to === "lockfile" && options.offline !== true
          ? await askProject(context, project.scan, roots, options)
          : undefined;
      const plan = await planProject(context, project, {
        to: options.to,
        ...(roots === undefined ? {} : { roots }),
        ...(live === undefined ? {} : { checks: [live.check] }),
      });
      if (options.dryRun === true) showPlan(context, project, plan, options);
      else await apply(context, project, plan, options);
      if (live?.couldNotTell === true) context.exitWith(EXIT.unknown);
    });
}

async function apply(
  context: CommandContext,
  { scan }: ScannedProject,
  plan: MovePlan,
  options: Options,
): Promise<void> {
  const records = seenRecords(context, scan.configurations);
  const ports = {
    replace: replaceFiles(context.workingDirectory),
    versionControl: gitVersionControl(context.workingDirectory, context.environment),
    record: runRecord(context.workingDirectory, records.files),
    memory: phaseMemory(records, scan.configurations, plan.to),
  };
  const applied = await rewrite(context, plan, ports, options);
  // What is on lockfile already was not asked about: with --offline the operator answers for it.
  if (plan.to !== "lockfile" || options.offline === true) ports.memory.remember(settledIn(plan, scan));
  leave(context, applied, scan.problems.length > 0 || hasConsumersByHand(plan));
  if (wasStopped(applied)) context.exitWith(EXIT.unknown);
  if (options.json === true) context.write(`${JSON.stringify(appliedJson(applied, plan, scan), null, 2)}\n`);
  else {
    for (const { replacements } of applied.moved)
      for (const { path } of replacements) context.write(`${plainText(path)}\n`);
    noteRefusals(context, applied.refusals, scan.problems);
    notePlan(context, { ...plan, moves: applied.moved, refusals: applied.refusals });
    noteConsumers(context, plan);
    noteRecords(context, records);
  }
}

/** Lets the root at hand end where somebody stops it. */
async function rewrite(
  { terminal }: CommandContext,
  plan: MovePlan,
  ports: ApplyPorts,
  { force }: Options,
): Promise<Applied> {
  const interruption = untilInterrupted(terminal.note);
  try {
    return await terminalProgress(terminal)(
      `Rewrite to ${plan.to}`,
      (say) =>
        applyMoves(plan, ports, {
          force: force === true,
          isStopped: () => interruption.requested(),
          onProgress: (done, of) => {
            say(`${String(done)} of ${String(of)}`);
          },
        }),
      ({ refusals }) => refusals.length === 0,
    );
  } finally {
    interruption.done();
  }
}

function showPlan(context: CommandContext, { scan }: ScannedProject, plan: MovePlan, options: Options): void {
  const { nameOf } = gitVersionControl(context.workingDirectory, context.environment);
  const grants = plannedGrants(plan, scan, liveDefaults(context, options));
  leave(context, plan, scan.problems.length > 0 || hasConsumersByHand(plan));
  if (options.json === true) {
    context.write(`${JSON.stringify(planJson(plan, scan, grants, nameOf), null, 2)}\n`);
    return;
  }
  context.write(planDiff(plan, scan, nameOf));
  noteGrants(context, grants);
  noteRefusals(context, plan.refusals, scan.problems);
  notePlan(context, plan);
  context.terminal.note("Dry run: nothing was changed.");
}

function leave(context: CommandContext, { refusals }: Pick<Applied, "refusals">, hasProblems: boolean): void {
  if (refusals.length > 0 || hasProblems) context.exitWith(EXIT.refused);
}
