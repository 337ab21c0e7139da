import { Command } from "commander";
import { setTimeout as pause } from "node:timers/promises";
import { SEEN_RECORD_FILE } from "../../lib/record/migration-record";
import { inventoryTargets, type LiveTarget } from "../../lib/migrate/live/live-target";
import { readLiveRoots } from "../../lib/migrate/live/read-live";
import { sightingsIn, withLooked, withSeen } from "../../lib/migrate/live/sightings";
import {
  migrateStatus,
  statusVerdict,
  type MigrateStatus,
  type StateStatus,
} from "../../lib/migrate/live/state-status";
import { plainJson } from "../../lib/text/plain-text";
import type { Problem } from "../../lib/problem/problem";
import { openBucket } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { counted } from "../../lib/text/counted";
import { durationOption } from "../options/duration-option";
import { fittingColumns } from "../screen/fitting-columns";
import { liveDefaults, liveOpener, scanTargets, withLiveOptions, type LiveOptions } from "./migrate-live-access";
import { noteProblems, rootOption, scanProject, selectedRoots, unreadProblems } from "./migrate-project";
import { terminalProgress } from "../screen/progress";
import { EXIT } from "../screen/report-error";
import { noteRecords, seenRecords, type SeenRecords } from "./migrate-sightings";

interface Options extends LiveOptions {
  readonly root?: readonly string[];
  readonly inventory?: string;
  readonly watch?: string | true;
  readonly record?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock migrate status                       every root below the working directory
  $ statelock migrate status infra --root infra/net
  $ statelock migrate status --inventory cdktf.out/inventory.json
  $ statelock migrate status --watch 10s --record  while people and pipelines run; what was seen is kept
  $ statelock migrate status --json | jq '.states[] | select(.writer == "dynamodb") | .root'

WRITER is who wrote the state last, by what that left: dynamodb, both or lockfile where it is known how it locked,
with-table or without-table where only the digest tells, no-lock, nobody, unknown.
Exit code 0: all of it could be told and is as its phase asks. 1: something is not. 2: something could not be told.`;

/** `statelock migrate status` */
export function migrateStatusCommand(context: CommandContext): Command {
  return withLiveOptions(new Command("status"))
    .description("Ask S3 and DynamoDB how far each state is: locks, digest, who wrote last. Nothing is changed.")
    .argument("[folders...]", "folders to look into (default: the working directory)")
    .addOption(rootOption())
    .option("--inventory <file>", "the consumers of this inventory, instead of what is found in folders")
    .option("--watch [duration]", "look again after each such pause (default: 5s), until Ctrl+C")
    .option("--record", `keep what was seen in ${SEEN_RECORD_FILE}, for when S3 no longer shows it`)
    .option("--json", "JSON on standard output; with --watch a line for each look")
    .addHelpText("after", EXAMPLES)
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

/** What is looked at. */
interface Looked {
  readonly targets: readonly LiveTarget[];
  readonly problems: readonly Problem[];
  /** As they are then. */
  readonly records: () => SeenRecords;
}

async function lookedAt(context: CommandContext, folders: readonly string[], options: Options): Promise<Looked> {
  if (options.inventory !== undefined) {
    const { inventory } = openBucket(context, { inventory: options.inventory });
    const targets = inventory === undefined ? [] : inventoryTargets(inventory);
    return { targets, problems: [], records: () => seenRecords(context, []) };
  }
  const { scan } = await scanProject(context, folders);
  const roots = selectedRoots(context, scan, options.root);
  const configurations = scan.configurations.filter(({ root }) => roots?.includes(root) ?? true);
  const { targets, problems } = scanTargets({ configurations }, liveDefaults(context, options));
  return {
    targets,
    problems: [...problems, ...unreadProblems(scan)],
    records: () => seenRecords(context, scan.configurations),
  };
}

async function look(context: CommandContext, { targets, problems, records }: Looked, options: Options): Promise<void> {
  const roots = await terminalProgress(context.terminal)("Ask S3 and DynamoDB", (say) =>
    readLiveRoots(liveOpener(options), targets, (done, of) => {
      say(`${String(done)} of ${String(of)} roots`);
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
  if (context.output.isTerminal && options.watch !== undefined) context.write("\u001b[2J\u001b[H");
  show(context, status);
}

function show(context: CommandContext, { states, problems }: MigrateStatus): void {
  const head = ["ROOT", "PHASE", "STATE", "WRITTEN", "WRITER", "DIGEST", "FILE LOCK", "TABLE LOCK", "BOTH SEEN"];
  if (states.length > 0) context.write(fittingColumns(head, states.map(row), context.output));
  noteProblems(context, [...states.flatMap((state) => [...state.findings, ...state.untold]), ...problems]);
  const counts = new Map<string, number>();
  for (const { writer } of states) counts.set(writer, (counts.get(writer) ?? 0) + 1);
  const writers = [...counts].map(([writer, count]) => `${String(count)} by ${writer}`).join(", ");
  context.terminal.note(`\n${counted(states.length, "state")}, last written: ${writers === "" ? "none" : writers}.`);
}

function row({
  root,
  phase,
  bucket,
  stateKey,
  written,
  writer,
  digest,
  fileLock,
  tableLock,
  overlap,
}: StateStatus): string[] {
  return [
    root,
    phase,
    `${bucket}/${stateKey}`,
    written ?? "-",
    writer,
    digest,
    lockText(fileLock),
    tableLock === null ? "-" : lockText(tableLock),
    overlap,
  ];
}

function lockText({ held, who }: StateStatus["fileLock"]): string {
  return held === "yes" ? (who ?? "held") : held === "no" ? "free" : "unknown";
}
