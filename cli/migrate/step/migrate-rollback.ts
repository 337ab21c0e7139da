import { Command, Option } from "commander";
import type { Scan } from "../../../lib/migrate/scan/scan";
import type { BackTarget } from "../../../lib/migrate/step/move-plan";
import { planDiff } from "../../../lib/migrate/step/plan-diff";
import { rollBack, rollBackVerdict, type RollBackResult } from "../../../lib/migrate/step/roll-back";
import { gitVersionControl } from "../../../lib/programs/working-tree";
import { plainText } from "../../../lib/text/plain-text";
import { shared } from "../../options/shared-options";
import { collectValues } from "../../options/collect-values";
import type { CommandContext } from "../../screen/command-context";
import { helpText, type HelpText } from "../../screen/help-text";
import { terminalProgress } from "../../screen/terminal-progress";
import { EXIT } from "../../screen/report-error";
import { applyPorts, forceOption } from "./apply-ports";
import { noteConsumers } from "../project/migrate-consumers";
import { liveDefaults, withLiveOptions } from "../project/migrate-live-access";
import { takeOverOption, writeOpener, type TakeOverOptions } from "../project/migrate-live-ports";
import {
  backendFilesOption,
  type BackendFiles,
  noteProblems,
  rootOption,
  scanProject,
  selectedRoots,
} from "../project/migrate-project";
import { noteOwnSettings } from "../project/note-own-settings";
import { noteRecords, seenRecords } from "../project/migrate-sightings";
import { notePlan } from "./plan-text";
import { rollbackJson } from "./rollback-json";
import { stoppable } from "../project/stoppable";

interface Options extends TakeOverOptions, BackendFiles {
  readonly to: BackTarget;
  readonly table?: string;
  readonly root?: readonly string[];
  readonly accept?: readonly string[];
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock migrate rollback --to both --table locks", "roots on lockfile lock in the table again"],
    ["statelock migrate rollback --to both --root infra/net", "repair the stale digest of a root on both"],
    ["statelock migrate rollback --to dynamodb --dry-run", "show what would change"],
  ],
  text: [
    "Statelock first repairs the digest of every state of these roots, under both locks: clients with the table fail on a stale digest. Run it again once every clone is back, because a clone may have written in between. For a root that is there already, Statelock repairs the digests and changes no file.",
  ],
  exit: {
    0: "every root is there, and its digests are right",
    1: "some roots stay, or you have to edit a consumer",
    2: "S3 or DynamoDB did not answer a question",
  },
};

/** `statelock migrate rollback` */
export function migrateRollbackCommand(context: CommandContext): Command {
  return withLiveOptions(new Command("rollback"))
    .description("Go back one phase, and repair the digests so that clients with the table work again.")
    .argument("[folders...]", "folders to scan (default: the working directory)")
    .addOption(
      new Option("--to <phase>", "the phase to go back to").choices(["both", "dynamodb"]).makeOptionMandatory(),
    )
    .option("--table <name>", "the table that roots on lockfile go back to; their files no longer name it")
    .addOption(rootOption())
    .addOption(backendFilesOption())
    .addOption(
      new Option("--accept <md5>", "MD5 of a state that you have checked and that is right; repeatable").argParser(
        (md5: string, given?: readonly string[]) => collectValues(md5.toLowerCase(), given),
      ),
    )
    .addOption(takeOverOption())
    .addOption(shared("dryRun", "show what would change, and change nothing"))
    .addOption(forceOption())
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (folders: readonly string[], options: Options) => {
      const project = await scanProject(context, folders, options);
      const { scan } = project;
      const roots = selectedRoots(context, scan, options.root);
      const defaults = liveDefaults(context, options);
      noteOwnSettings(context, scan, defaults, roots);
      const records = seenRecords(context, scan.configurations);
      const port = { open: writeOpener(context, options), apply: applyPorts(context, project, records, options.to) };
      const result = await stoppable(context, (isStopped) =>
        rollBack(port, project, {
          to: options.to,
          table: options.table,
          roots,
          accepted: (options.accept ?? []).map((md5) => md5.toLowerCase()),
          dryRun: options.dryRun === true,
          force: options.force === true,
          defaults,
          isStopped,
          progress: terminalProgress(context.terminal),
        }),
      );
      const verdict = rollBackVerdict(result, scan);
      if (verdict !== "fine") context.exitWith(EXIT[verdict]);
      if (options.json === true) context.write(`${JSON.stringify(rollbackJson(result, scan, options), null, 2)}\n`);
      else show(context, result, scan, options);
      if (options.dryRun === true) return;
      noteConsumers(context, result.plan);
      noteRecords(context, records);
    });
}

function show(context: CommandContext, result: RollBackResult, scan: Scan, { dryRun }: Options): void {
  const { plan, repairs, moved, refusals } = result;
  const { nameOf } = gitVersionControl(context.workingDirectory, context.environment);
  if (dryRun === true) context.writePatch(planDiff(plan, scan, nameOf));
  for (const { bucket, stateKey, outcome } of repairs)
    if (outcome !== "right")
      context.terminal.note(`  ${outcome}: digest of s3://${plainText(`${bucket}/${stateKey}`, Infinity)}`);
  noteProblems(context, [
    ...repairs.flatMap(({ problems }) => problems),
    ...refusals.flatMap(({ problems }) => problems),
    ...scan.problems,
  ]);
  notePlan(context, { ...plan, moves: moved, refusals });
}
