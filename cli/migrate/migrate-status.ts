import { counted, withCommas } from "../../lib/text/counted";
import { Command } from "commander";
import { setTimeout as pause } from "node:timers/promises";
import { SEEN_RECORD_FILE } from "../../lib/record/migration-record";
import { inventoryTargets, type LiveTarget } from "../../lib/migrate/live/live-target";
import { readLiveRoots } from "../../lib/migrate/live/read-live";
import { sightingsIn, withLooked, withSeen } from "../../lib/migrate/live/sightings";
import { migrateStatus, statusVerdict } from "../../lib/migrate/live/state-status";
import { plainJson } from "../../lib/text/plain-text";
import type { Problem } from "../../lib/problem/problem";
import { openBucket } from "../options/bucket-options";
import { shared } from "../options/shared-options";
import type { CommandContext } from "../screen/command-context";
import { helpText, type HelpText } from "../screen/help-text";
import { durationOption } from "../options/duration-option";
import {
  liveDefaults,
  liveOpener,
  scanTargets,
  withLiveOptions,
  type LiveOptions,
} from "./project/migrate-live-access";
import { withVariableOptions, type VariableOptions } from "./project/known-places";
import {
  backendFilesOption,
  type BackendFiles,
  rootOption,
  scanProject,
  selectedRoots,
} from "./project/migrate-project";
import { unreadProblems } from "../../lib/migrate/scan/unread-problems";
import { noteOwnSettings } from "./project/note-own-settings";
import { terminalProgress } from "../screen/terminal-progress";
import { CLEAR_SCREEN } from "../screen/printable";
import { EXIT } from "../screen/report-error";
import { noteRecords, seenRecords, type SeenRecords } from "./project/migrate-sightings";
import { noteWithoutHistory, showStatus } from "./status-text";

interface Options extends LiveOptions, BackendFiles, VariableOptions {
  readonly root?: readonly string[];
  readonly inventory?: string;
  readonly watch?: string | true;
  readonly record?: boolean;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock migrate status", "every root below the working directory"],
    ["statelock migrate status infra --root infra/net"],
    ["statelock migrate status --inventory cdktf.out/inventory.json"],
    ["statelock migrate status --watch 10s --record", "while people and pipelines run; record what it sees"],
    ["statelock migrate status --json | jq '.states[] | select(.writer == \"dynamodb\") | .root'"],
  ],
  text: [
    "WRITER names who wrote the state last, judged by the traces it left. dynamodb, both and lockfile: a client in that phase. with-table and without-table: only the digest shows it. Others: no-lock, nobody, unknown.",
  ],
  exit: { 0: "every state is as its phase requires", 1: "some are not", 2: "S3 or DynamoDB did not answer a question" },
};

/** `statelock migrate status` */
export function migrateStatusCommand(context: CommandContext): Command {
  return withVariableOptions(withLiveOptions(new Command("status")))
    .description(
      "Show how far each state is, by S3 and DynamoDB: locks, digest, who wrote last. Changes nothing there.",
    )
    .argument("[folders...]", "folders to scan (default: the working directory)")
    .addOption(rootOption())
    .addOption(backendFilesOption())
    .addOption(shared("inventory", "show the consumers of this inventory instead of scanned roots"))
    .option("--watch [duration]", "look again after this pause (default: 5s), until Ctrl+C")
    .option("--record", `write what it sees to ${SEEN_RECORD_FILE}, because S3 forgets it`)
    .addOption(shared("json", "print JSON on standard output; with --watch one line per look"))
    .addHelpText("after", helpText(HELP))
    .action(async (folders: readonly string[], options: Options) => {
      const looked = await lookedAt(context, folders, options);
      if (options.watch === undefined) {
        await look(context, looked, options);
        return;
      }
      const every = Math.max(1_000, durationOption("--watch", options.watch === true ? "5s" : options.watch));
      for (;;) {
        await look(context, looked, options);
        await pause(every);
      }
    });
}

/** What to look at. */
interface Looked {
  readonly targets: readonly LiveTarget[];
  readonly problems: readonly Problem[];
  /** Reads the records, each time again. */
  readonly records: () => SeenRecords;
  /** Buckets without a history of locks that earlier looks named. */
  readonly noted: Set<string>;
}

async function lookedAt(context: CommandContext, folders: readonly string[], options: Options): Promise<Looked> {
  if (options.inventory !== undefined) {
    const { inventory } = openBucket(context, { inventory: options.inventory });
    const targets = inventory === undefined ? [] : inventoryTargets(inventory);
    return { targets, problems: [], records: () => seenRecords(context, []), noted: new Set() };
  }
  const { scan, parsers } = await scanProject(context, folders, options);
  const roots = selectedRoots(context, scan, options.root);
  const configurations = scan.configurations.filter(({ root }) => roots?.includes(root) ?? true);
  const defaults = liveDefaults(context, options, parsers);
  noteOwnSettings(context, { configurations }, defaults);
  const { targets, problems } = scanTargets({ configurations }, defaults);
  return {
    targets,
    problems: [...problems, ...unreadProblems(scan)],
    records: () => seenRecords(context, scan.configurations),
    noted: new Set(),
  };
}

async function look(
  context: CommandContext,
  { targets, problems, records, noted }: Looked,
  options: Options,
): Promise<void> {
  const roots = await terminalProgress(context.terminal)("Ask S3 and DynamoDB", (say) =>
    readLiveRoots(liveOpener(options), targets, (done, of) => {
      say(`${withCommas(done)} of ${counted(of, "root")}`);
    }),
  );
  if (options.record === true) {
    const now = new Date();
    const kept = records();
    kept.write((record) => withLooked(withSeen(record, sightingsIn(roots)), targets, now));
    if (options.watch === undefined) noteRecords(context, kept);
  }
  const status = migrateStatus(roots, records().record, problems);
  context.exitWith(EXIT[statusVerdict(status)]);
  if (options.json === true) {
    context.write(options.watch === undefined ? `${JSON.stringify(status, null, 2)}\n` : `${plainJson(status)}\n`);
    return;
  }
  if (context.output.isTerminal && options.watch !== undefined) context.write(CLEAR_SCREEN);
  noteWithoutHistory(context, status, noted);
  showStatus(context, status);
}
