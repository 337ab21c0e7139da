import { Command } from "commander";
import { titleOf } from "../../../lib/engine/engine";
import { FLOORS, floorText } from "../../../lib/engine/floors";
import { shared } from "../../options/shared-options";
import { helpText, type HelpText } from "../../screen/help-text";
import { placeText } from "../../../lib/migrate/scan/configuration/configuration";
import { isFinished, needsPerson } from "../../../lib/migrate/scan/needs-person";
import type { Scan, ScannedConfiguration } from "../../../lib/migrate/scan/scan";
import type { CommandContext } from "../../screen/command-context";
import { fittingColumns } from "../../screen/fitting-columns";
import { plainText } from "../../../lib/text/plain-text";
import { backendFilesOption, noteProblems, scanProject, SHOWN, type BackendFiles } from "../project/migrate-project";
import { EXIT, noteOthers } from "../../screen/report-error";
import { scanJson } from "./scan-json";
import { withSkippedPhases } from "../project/migrate-sightings";
import { scanText } from "./scan-text";
import { settingText } from "./setting-text";
import { withCommas } from "../../../lib/text/counted";
import { few } from "../../../lib/text/few";

const HELP: HelpText = {
  examples: [
    ["statelock migrate scan", "every S3 backend below the working directory"],
    ["statelock migrate scan infra modules/app", "below these folders"],
    ["statelock migrate scan --all", "every root, also the finished ones"],
    ["statelock migrate scan --json | jq '.configurations[] | select(.phase == \"dynamodb\") | .root'"],
  ],
  exit: {
    0: "everything could be read and nothing stands in the way",
    1: "something does, two roots write one state, a root skipped a phase, nothing locks a root, or a person has to edit or find out something",
  },
};

interface Options extends BackendFiles {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Makes the command `statelock migrate scan`. */
export function migrateScanCommand(context: CommandContext): Command {
  return new Command("scan")
    .description("Find every S3 backend, and how it locks. Nothing is changed.")
    .argument("[folders...]", "folders to look into (default: the working directory)")
    .addOption(backendFilesOption())
    .option("--all", "list every root, also the finished ones")
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (folders: readonly string[], options: Options) => {
      const scan = withSkippedPhases(context, (await scanProject(context, folders, options)).scan);
      const isFine = scan.problems.length === 0 && !scan.configurations.some(needsPerson);
      if (!isFine) context.exitWith(EXIT.refused);
      if (options.json === true) context.write(`${JSON.stringify(scanJson(scan), null, 2)}\n`);
      else show(context, scan, options.all === true);
    });
}

/** Prints the scan for a person: counts and table on standard output, notes and problems on standard error. */
function show(context: CommandContext, scan: Scan, all: boolean): void {
  const { terminal } = context;
  const { configurations } = scan;
  context.write(scanText(scan));
  const head = ["ROOT", "PHASE", "BUCKET", "KEY", "TABLE", "VERSION", "AT", "NEXT"];
  // The rows of the table. Without --all, roots with nothing left to do are not in it.
  const left = configurations.filter((each) => all || !isFinished(each));
  if (left.length > 0 && (all || left.length <= SHOWN))
    context.write(`\n${fittingColumns(head, left.map(row), context.output)}`);
  else if (left.length > 0) terminal.note("--all lists each root.");
  // A notice says that a root does not rule out a version of Terraform or OpenTofu without use_lockfile.
  const below = configurations.filter(({ notices }) => notices.length > 0).length;
  if (below > 0)
    terminal.note(`\n${withCommas(below)} of them allow versions that do not know use_lockfile; --json names them.`);
  // One line for each engine, Terraform or OpenTofu, whose lowest allowed version does not lock correctly with a file.
  for (const { engine, version, path, isEnough } of scan.lowest ?? [])
    if (!isEnough)
      terminal.note(
        `The lowest is ${titleOf(engine, version)}, by ${plainText(path, Infinity)}; the lock file needs ${floorText(FLOORS.lockfile[engine])} or later.`,
      );
  const [hints, others] = few(scan.hints ?? [], SHOWN);
  for (const { path, message } of hints) terminal.note(`  note: ${plainText(path, Infinity)} ${message}`);
  noteOthers(terminal, others, "  ");
  noteProblems(context, [...scan.problems, ...configurations.flatMap(({ obstacles }) => obstacles)]);
}

/** Returns the cells of a configuration, in the order of the table's head. */
function row(configuration: ScannedConfiguration): string[] {
  const { root, source, phase, bucket, key, table, versions, places, next } = configuration;
  const kind = source === "terraform" ? "" : ` (${source})`;
  // The first place is the backend block; the others are the partial files that Terraform merges into it.
  const partials = places.slice(1).map(({ file }) => file.path);
  return [
    root + kind,
    // A reader is a terraform_remote_state data source: it reads a state and locks nothing.
    source === "reader" ? "-" : phase,
    settingText(bucket),
    settingText(key),
    settingText(table),
    versions.required.join(", ") || "-",
    [placeText(configuration), ...partials].join(" + "),
    next,
  ];
}
