import { product, program } from "../../lib/engine/spoken-engine";
import { Command, Option } from "commander";
import { shared } from "../options/shared-options";
import { helpText, type HelpText } from "../screen/help-text";
import { randomUUID } from "node:crypto";
import { restoreReport } from "../../lib/history/restore-report";
import { restoreState, type RestoreResult } from "../../lib/history/restore-state";
import { untilInterrupted } from "../../lib/work/interruption";
import { auditIdentity } from "../options/audit-identity";
import { recordAudit } from "../options/audit-log";
import { withBucketOptions, type BucketOptions } from "../options/bucket-options";
import { shown } from "../../lib/problem/problem";
import { usage } from "../options/usage-problem";
import { ownLock } from "../options/own-lock";
import type { CommandContext } from "../screen/command-context";
import { EXIT, problemText } from "../screen/report-error";
import { historyTarget, type HistoryTarget } from "./history-target";
import { diffCommand, restorePort, writingOf } from "./restore-port";
import { restorePlanText, restoreTold } from "./restore-text";

interface Options extends BucketOptions {
  readonly reason?: string;
  readonly forceLineage?: string;
  readonly serialAbove?: number;
  readonly dynamodbTable?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const help = (): HelpText => ({
  examples: [
    ["statelock history restore demo/terraform.tfstate 3sL4kqtJ… --dry-run"],
    ['statelock history restore demo/terraform.tfstate 3sL4kqtJ… --reason "INC-42: applied the wrong branch"'],
    ['statelock history restore demo/terraform.tfstate 3sL4kqtJ… --reason "INC-42" --yes --json', "in a script"],
  ],
  text: [
    `Statelock writes the version's content again, byte for byte except the serial, which is above every later one; an encrypted state keeps its serial, and the command says what that means. The current state stays in the history. Statelock takes the lock as ${product()} does, also in DynamoDB if the inventory or --dynamodb-table names a table. It writes on condition that nobody else wrote, reads the state back, and releases the lock. A restore changes the state and no resource: look at \`${program()} plan\` before you apply.`,
  ],
  exit: {
    0: "restored, or nothing to do",
    1: "refused, or you declined",
    2: "the restore failed, its result is unknown, or something remains to be done: the message says what",
  },
});

/** `statelock history restore KEY VERSION` */
export function historyRestoreCommand(context: CommandContext): Command {
  return withBucketOptions(
    new Command("restore").argument("<key>", "state key").argument("<version>", "version ID from `history list`"),
  )
    .description("Make an earlier version of a state the current one again, under the lock.")
    .option("--reason <text>", "why; for the audit line, and for everybody who meets the lock")
    .option("--force-lineage <lineage>", "the version's lineage, if the current state has another one")
    .addOption(
      new Option(
        "--serial-above <n>",
        "pass over later versions that cannot be read; n: the highest serial that they may have",
      ).argParser(serialOf),
    )
    .option(
      "--dynamodb-table <name>",
      "table (or its ARN) in which the state's clients also lock; only if no inventory names it",
    )
    .addOption(shared("dryRun", "show everything, write nothing"))
    .addOption(shared("yes", "restore without asking; needed if nobody can answer"))
    .addOption(shared("json"))
    .addHelpText("after", helpText(help()))
    .action(async (key: string, version: string, options: Options) => {
      const target = historyTarget(context, key, options);
      if (options.dryRun !== true && (options.reason ?? "").trim() === "")
        throw usage("--reason", "must say why, got nothing", "Name the incident, or look first with --dry-run.");
      await restore(context, target, version, options);
    });
}

function serialOf(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw usage("--serial-above", `must be a serial, got ${shown(text)}`, "Take it from `statelock history list`.");
  return Number(text);
}

async function restore(
  context: CommandContext,
  target: HistoryTarget,
  version: string,
  options: Options,
): Promise<void> {
  const { opened, stateKey } = target;
  const { place } = opened;
  const bucket = place.name;
  const { reason = "", forceLineage, serialAbove, yes } = options;
  const writing = writingOf(target, options.dynamodbTable);
  const by = await auditIdentity(place);
  const lock = ownLock({
    id: randomUUID(),
    operation: "statelock history restore",
    info: `version ${version} comes back: ${reason}`,
    path: `${bucket}/${stateKey}`,
  });
  const signals = untilInterrupted(context.terminal.note);
  try {
    const { encryption, tags } = writing;
    const wish = {
      bucket,
      stateKey,
      version,
      forceLineage,
      serialAbove,
      lock,
      encryption,
      tags,
      dryRun: options.dryRun === true,
    };
    const result = await restoreState(restorePort(context, target, writing, { signals, yes }), wish);
    const report = restoreReport(result, { bucket, stateKey, by, reason, lockId: lock.ID });
    const line = report.audit === null ? undefined : recordAudit(context, report.audit);
    const isDone = result.outcome !== "declined";
    context.exitWith(report.problems.length > 0 ? EXIT.unknown : isDone ? EXIT.fine : EXIT.refused);
    if (options.json === true) context.write(`${JSON.stringify(report, null, 2)}\n`);
    else show(context, target, result, { ...report, line });
  } finally {
    signals.done();
  }
}

function show(
  context: CommandContext,
  target: HistoryTarget,
  result: RestoreResult,
  { line, problems }: ReturnType<typeof restoreReport> & { readonly line: string | undefined },
): void {
  const { note, colors } = context.terminal;
  if (line !== undefined) context.write(line);
  if (result.outcome === "planned") note(restorePlanText(result.plan, colors, diffCommand(target)));
  for (const problem of problems) note(problemText(problem, context.terminal));
  note(restoreTold(result, colors));
}
