import { Command } from "commander";
import { placeText } from "../../lib/migrate/scan/configuration";
import { phaseCounts } from "../../lib/migrate/scan/phase-counts";
import type { Scan, ScannedConfiguration } from "../../lib/migrate/scan/scan";
import type { CommandContext } from "../screen/command-context";
import { fittingColumns } from "../screen/fitting-columns";
import { plainText } from "../../lib/text/plain-text";
import { noteProblems, scanProject, SHOWN } from "./migrate-project";
import { EXIT } from "../screen/report-error";
import { scanJson } from "./scan-json";
import { withSkippedPhases } from "./migrate-sightings";
import { settingText } from "./setting-text";

const EXAMPLES = `
Examples:
  $ statelock migrate scan                      every S3 backend below the working directory
  $ statelock migrate scan infra modules/app    below these folders
  $ statelock migrate scan --json | jq '.configurations[] | select(.phase == "dynamodb") | .root'

Exit code 0: everything could be read and nothing stands in the way. 1: something does, two roots write one state, a
root skipped a phase, or a consumer of a state.config.ts is to be edited by hand.`;

/** `statelock migrate scan` */
export function migrateScanCommand(context: CommandContext): Command {
  return new Command("scan")
    .description("Find every S3 backend, and how it locks. Nothing is changed.")
    .argument("[folders...]", "folders to look into (default: the working directory)")
    .option("--json", "print the result as JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (folders: readonly string[], options: { readonly json?: boolean }) => {
      const scan = withSkippedPhases(context, (await scanProject(context, folders)).scan);
      const isFine =
        scan.problems.length === 0 &&
        scan.configurations.every(({ obstacles }) => obstacles.length === 0) &&
        scan.configurations.every(({ source, phase }) => source !== "consumer" || phase === "lockfile");
      if (!isFine) context.exitWith(EXIT.refused);
      if (options.json === true) context.write(`${JSON.stringify(scanJson(scan), null, 2)}\n`);
      else show(context, scan);
    });
}

function show(context: CommandContext, scan: Scan): void {
  const { terminal } = context;
  const { configurations } = scan;
  const head = ["ROOT", "PHASE", "BUCKET", "KEY", "TABLE", "VERSION", "AT", "NEXT"];
  if (configurations.length > 0) context.write(fittingColumns(head, configurations.map(row), context.output));
  const counts = Object.entries(phaseCounts(configurations)).filter(([, count]) => count > 0);
  if (counts.length > 0) terminal.note(`\n${counts.map(([phase, count]) => `${String(count)} ${phase}`).join(", ")}`);
  const below = configurations.filter(({ notices }) => notices.length > 0).length;
  if (below > 0)
    terminal.note(`\n${String(below)} of them allow versions that do not know use_lockfile; --json names them.`);
  const hints = scan.hints ?? [];
  for (const { path, message } of hints.slice(0, SHOWN))
    terminal.note(`  note: ${plainText(path, Infinity)} ${message}`);
  if (hints.length > SHOWN) terminal.note(`  … and ${String(hints.length - SHOWN)} more: --json names them.`);
  noteProblems(context, [...scan.problems, ...configurations.flatMap(({ obstacles }) => obstacles)]);
}

function row(configuration: ScannedConfiguration): string[] {
  const { root, source, phase, bucket, key, table, versions, places, next } = configuration;
  const kind = source === "terraform" ? "" : ` (${source})`;
  const partials = places.slice(1).map(({ file }) => file.path);
  return [
    root + kind,
    source === "reader" ? "-" : phase,
    settingText(bucket),
    settingText(key),
    settingText(table),
    versions.required.join(", ") || "-",
    [placeText(configuration), ...partials].join(" + "),
    next,
  ];
}
