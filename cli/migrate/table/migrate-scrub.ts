import { Command } from "commander";
import { lockTable } from "../../../lib/aws/dynamodb-lock-table";
import { requireWholeScan } from "../../../lib/migrate/table/require-whole-scan";
import type { Scrubbed } from "../../../lib/migrate/table/scrub-item";
import { scrubTable, scrubVerdict } from "../../../lib/migrate/table/scrub-table";
import type { Problem } from "../../../lib/problem/problem";
import { counted } from "../../../lib/text/counted";
import { plainText } from "../../../lib/text/plain-text";
import { usage } from "../../options/usage-problem";
import { collectValues } from "../../options/collect-values";
import { shared } from "../../options/shared-options";
import type { CommandContext } from "../../screen/command-context";
import { helpText, type HelpText } from "../../screen/help-text";
import { terminalProgress } from "../../screen/terminal-progress";
import { EXIT } from "../../screen/report-error";
import { liveDefaults, scanTargets, tableOf, withLiveOptions } from "../project/migrate-live-access";
import { recordedTable, takeOverOption, writeOpener, type TakeOverOptions } from "../project/migrate-live-ports";
import { backendFilesOption, type BackendFiles, noteProblems, scanProject } from "../project/migrate-project";
import { noteOwnSettings } from "../project/note-own-settings";
import { scrubJson, scrubSummary } from "./scrub-json";
import { stoppable } from "../project/stoppable";

interface Options extends TakeOverOptions, BackendFiles {
  readonly table: string;
  readonly gone?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock migrate scrub --table locks --dry-run"],
    ["statelock migrate scrub --table locks --region eu-central-1 infra modules"],
    ["statelock migrate scrub --table locks --gone app/terraform.tfstate", "the digest of a deleted state"],
  ],
  text: [
    "Scan every folder that holds roots: Statelock leaves an item whose root it did not scan. It removes a digest under both locks, and only if the digest has not changed since it was read and every root that keeps the state is on lockfile.",
  ],
  exit: {
    0: "no digest is left",
    1: "some are left; the output says why",
    2: "S3 or DynamoDB did not answer a question",
  },
};

/** `statelock migrate scrub` */
export function migrateScrubCommand(context: CommandContext): Command {
  return withLiveOptions(new Command("scrub"))
    .description("Remove the digests that no client needs any more from the DynamoDB table.")
    .argument("[folders...]", "folders to scan (default: the working directory)")
    .requiredOption("--table <name>", "the DynamoDB table")
    .addOption(backendFilesOption())
    .addOption(takeOverOption())
    .option(
      "--gone <state key>",
      "this state was deleted on purpose: remove its digest on every phase; repeatable",
      collectValues,
    )
    .addOption(shared("dryRun", "show what would be removed, and remove nothing"))
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (folders: readonly string[], options: Options) => {
      const results = await scrub(context, folders, options);
      const verdict = scrubVerdict(results);
      if (verdict !== "fine") context.exitWith(EXIT[verdict]);
      show(context, results, options);
    });
}

/** A root that the scan could not read may still need a digest. */
function isUnread({ code }: Problem): boolean {
  return code === "unreadable-file" || code === "not-synthesized";
}

async function scrub(
  context: CommandContext,
  folders: readonly string[],
  options: Options,
): Promise<readonly Scrubbed[]> {
  const { table: name, profile, roleArn } = options;
  const { scan } = await scanProject(context, folders, options);
  const defaults = liveDefaults(context, options);
  noteOwnSettings(context, scan, defaults);
  const { targets, problems } = scanTargets(scan, defaults);
  requireWholeScan([...problems, ...scan.problems.filter(isUnread)], name);
  const region = defaults.region ?? targets[0]?.region;
  if (region === undefined) throw usage("--region", "must be given, because no root names a region", "Add --region.");
  const place = { region, access: { profile, roleArn } };
  const opened = lockTable(tableOf(name, { account: undefined }, place));
  const table = recordedTable(context, opened, name, options);
  return stoppable(context, (isStopped) =>
    scrubTable(
      { table, open: writeOpener(context, options) },
      {
        table: name,
        targets,
        dryRun: options.dryRun === true,
        gone: options.gone ?? [],
        isStopped,
        progress: terminalProgress(context.terminal),
      },
    ),
  );
}

function show(context: CommandContext, results: readonly Scrubbed[], { table, dryRun, json }: Options): void {
  const summary = scrubSummary(results);
  if (json === true) {
    context.write(`${JSON.stringify(scrubJson(summary, table, dryRun === true), null, 2)}\n`);
    return;
  }
  const { removed, released, left } = summary;
  for (const { lockId } of removed) context.write(`${plainText(lockId, Infinity)}\n`);
  noteProblems(
    context,
    [...left, ...removed, ...released].flatMap(({ problems }) => problems),
  );
  for (const { lockId } of released) context.terminal.note(`  released: ${plainText(lockId, Infinity)}`);
  const verb = dryRun === true ? "would be removed" : "removed";
  context.terminal.note(`\n${counted(removed.length, "digest")} ${verb}, ${String(left.length)} left.`);
}
