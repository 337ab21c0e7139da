import { Command, Option } from "commander";
import { shared } from "../../options/shared-options";
import { helpText, type HelpText } from "../../screen/help-text";
import type { LiveDefaults } from "../../../lib/migrate/live/live-target";
import type { Scan } from "../../../lib/migrate/scan/scan";
import { terragruntRoots } from "../../../lib/migrate/step/roots-to-init";
import { noteUnits } from "../init/init-text";
import { applyStep, stepVerdict } from "../../../lib/migrate/step/apply-step";
import type { Target } from "../../../lib/migrate/step/move-plan";
import { planStep, type PlannedStep, type ScannedProject } from "../../../lib/migrate/step/plan-step";
import { plannedGrants } from "../../../lib/migrate/step/planned-grants";
import { gitVersionControl } from "../../../lib/programs/working-tree";
import type { Problem } from "../../../lib/problem/problem";
import { plainText } from "../../../lib/text/plain-text";
import type { CommandContext } from "../../screen/command-context";
import { terminalProgress } from "../../screen/terminal-progress";
import { EXIT } from "../../screen/report-error";
import { applyPorts, forceOption } from "./apply-ports";
import { noteConsumers } from "../project/migrate-consumers";
import {
  liveDefaults,
  planStepPort,
  storeProver,
  withLiveOptions,
  type LiveOptions,
} from "../project/migrate-live-access";
import { withVariableOptions, type VariableOptions } from "../project/known-places";
import {
  backendFilesOption,
  type BackendFiles,
  noteProblems,
  noteRefusals,
  modernizeOption,
  rootOption,
  scanProject,
  selectedRoots,
} from "../project/migrate-project";
import { noteOwnSettings } from "../project/note-own-settings";
import { noteRecords, seenRecords, withSkippedPhases } from "../project/migrate-sightings";
import { appliedJson, planJson } from "./plan-json";
import { notePlan, showPlan } from "./plan-text";
import { stoppable } from "../project/stoppable";

interface Options extends LiveOptions, BackendFiles, VariableOptions {
  readonly to: Target;
  readonly root?: readonly string[];
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly modernize?: boolean;
  readonly offline?: boolean;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock migrate apply --to both", "rewrite every root that locks in the table alone"],
    ["statelock migrate apply --to both --root infra/network", "one root"],
    ["statelock migrate apply --to lockfile --dry-run > x.patch && git apply x.patch"],
  ],
  text: [
    "You can run it again at any time: it skips what is done, and finishes what a killed run began. It changes no state.config.ts: it prints the edit for each consumer. Make the edit, synthesize, run apply again, and deploy. Statelock records the phase of each state in statelock.migration.json: commit that file too.",
    "Before lockfile, Statelock reads S3 and DynamoDB. A root stays where it is if somebody holds a lock, if the digest is stale, or if no client on both has been seen. On a store that is not AWS, Statelock first proves on a key below .statelock/ that the store locks.",
  ],
  exit: {
    0: "every selected root is there",
    1: "some roots stay, have to be moved by hand, do not lock, or do not say how; the output lists them",
    2: "S3 or DynamoDB did not answer a question, no backend was found, or the run was stopped",
  },
};

/** `statelock migrate apply` */
export function migrateApplyCommand(context: CommandContext): Command {
  return withVariableOptions(withLiveOptions(new Command("apply")))
    .description("Rewrite the locking arguments of backends in place, and nothing else.")
    .argument("[folders...]", "folders to scan (default: the working directory)")
    .addOption(new Option("--to <phase>", "the phase to go to").choices(["both", "lockfile"]).makeOptionMandatory())
    .addOption(rootOption())
    .addOption(backendFilesOption())
    .addOption(modernizeOption())
    .addOption(shared("dryRun", "print a patch for git apply, and change nothing"))
    .addOption(forceOption())
    .option(
      "--offline",
      "do not read S3 and DynamoDB before lockfile: you know that no client locks in the table alone",
    )
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (folders: readonly string[], options: Options) => {
      const project = await scanProject(context, folders, options);
      const { scan } = project;
      const roots = selectedRoots(context, scan, options.root);
      const defaults = liveDefaults(context, options, project.parsers);
      if (options.offline !== true) noteOwnSettings(context, scan, defaults, roots);
      const port = planStepPort(context, scan, options);
      const prove = options.dryRun === true ? {} : { prove: storeProver(options) };
      const planned = await planStep({ ...port, ...prove }, project, {
        to: options.to,
        roots,
        live: options.offline !== true,
        modernize: options.modernize === true,
        defaults,
        progress: terminalProgress(context.terminal),
      });
      if (options.dryRun === true) dryRun(context, planned, scan, { ...options, defaults });
      else await apply(context, planned, project, options);
    });
}

async function apply(
  context: CommandContext,
  planned: PlannedStep,
  project: ScannedProject,
  options: Options,
): Promise<void> {
  const { scan } = project;
  const { plan } = planned;
  const records = seenRecords(context, scan.configurations);
  const applied = await stoppable(context, (isStopped) =>
    applyStep(applyPorts(context, project, records, plan.to), planned, scan, {
      force: options.force === true,
      offline: options.offline === true,
      isStopped,
      progress: terminalProgress(context.terminal),
    }),
  );
  const verdict = stepVerdict(planned, applied, scan);
  if (verdict !== "fine") context.exitWith(EXIT[verdict]);
  if (options.json === true) {
    context.write(`${JSON.stringify(appliedJson(applied, planned, scan), null, 2)}\n`);
    return;
  }
  const { templates = [] } = applied;
  for (const { path } of [...applied.moved.flatMap(({ replacements }) => replacements), ...templates])
    context.write(`${plainText(path, Infinity)}\n`);
  noteRefusals(context, applied.refusals, scan.problems);
  noteWarnings(context, planned.warnings ?? []);
  notePlan(context, { ...plan, moves: applied.moved, refusals: applied.refusals, templates });
  noteConsumers(context, plan);
  const moved = new Set(applied.moved.flatMap(({ roots }) => roots));
  noteUnits(
    context,
    terragruntRoots(scan.configurations).filter((root) => moved.has(root)),
  );
  noteRecords(context, records);
}

function noteWarnings(context: CommandContext, warnings: readonly Problem[]): void {
  if (warnings.length === 0) return;
  context.terminal.note(`\n${context.terminal.colors.yellow("warning:")} the step to lockfile will be refused:`);
  noteProblems(context, warnings);
}

function dryRun(
  context: CommandContext,
  planned: PlannedStep,
  scanned: Scan,
  { json, defaults }: Pick<Options, "json"> & { readonly defaults: LiveDefaults },
): void {
  const { plan } = planned;
  const scan = withSkippedPhases(context, scanned);
  const verdict = stepVerdict(planned, plan, scan);
  if (verdict !== "fine") context.exitWith(EXIT[verdict]);
  const { nameOf } = gitVersionControl(context.workingDirectory, context.environment);
  const grants = plannedGrants(plan, scan, defaults);
  if (json === true) {
    context.write(`${JSON.stringify(planJson(plan, scan, grants, nameOf), null, 2)}\n`);
    return;
  }
  showPlan(context, { plan, scan, grants, nameOf, wanted: true });
  context.terminal.note("Dry run: nothing was changed.");
}
