import { Command } from "commander";
import { randomUUID } from "node:crypto";
import { historyStore } from "../../lib/aws/history-store";
import { lockTable } from "../../lib/aws/dynamodb-lock-table";
import { declaredFor, type Declared } from "../../lib/history/declared-writing";
import { restoreState, type RestorePort, type RestoreResult } from "../../lib/history/restore-state";
import type { RestorePlan } from "../../lib/history/restore-plan";
import { tableDigest } from "../../lib/lock/table-digest";
import { digestItemId } from "../../lib/lock/lock-table";
import { plainJson, plainText } from "../../lib/text/plain-text";
import { usage, withBucketOptions, type BucketOptions } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { historyTarget, type HistoryTarget } from "./history-target";
import { untilInterrupted, type Interruption } from "../../lib/work/interruption";
import { ownLock, ownLockRelease } from "../options/own-lock";
import { terminalProgress } from "../screen/progress";
import { releaser } from "../locks/release-audit";
import { EXIT, problemText } from "../screen/report-error";
import { presentReport, remainingProblems, restoreAudit, restoreChanges, type HistoryRestore } from "./restore-report";
import { restorePlanText, restoreTold } from "./restore-text";
import { sideReport } from "../../lib/history/history-report";
import { isConfirmed } from "../screen/confirm";

interface Options extends BucketOptions {
  readonly reason?: string;
  readonly forceLineage?: string;
  readonly dynamodbTable?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock history restore demo/terraform.tfstate 3sL4kqtJ… --dry-run
  $ statelock history restore demo/terraform.tfstate 3sL4kqtJ… --reason "INC-42: applied the wrong branch"
  $ statelock history restore demo/terraform.tfstate 3sL4kqtJ… --reason "INC-42" --yes --json      where nobody can answer

The version's content is written once more, byte for byte but for its serial, which is above every one there was since;
what is there now stays in the history. It takes the lock as Terraform does, in DynamoDB too where the inventory or
--dynamodb-table says so, writes on condition that nobody wrote meanwhile, reads it again, and releases the lock. It
changes the state, not what the state is about: look at \`terraform plan\` before you apply.
Exit code: 0 restored, or nothing to do; 1 refused, or you declined; 2 that could not be told or done, or something is
left to do: the message says what.`;

/** `statelock history restore KEY VERSION` */
export function historyRestoreCommand(context: CommandContext): Command {
  return withBucketOptions(
    new Command("restore").argument("<key>", "state key").argument("<version>", "version ID from `history list`"),
  )
    .description("Make an earlier version of a state the current one again, under the lock.")
    .option("--reason <text>", "why; for the audit line and for whoever meets the lock")
    .option("--force-lineage <lineage>", "the version's lineage, where it is another than the state has now")
    .option("--dynamodb-table <name>", "table that the state's clients lock in too; only where no inventory tells")
    .option("--dry-run", "show everything, write nothing")
    .option("-y, --yes", "restore without asking; needed where nobody can answer")
    .option("--json", "JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (key: string, version: string, options: Options) => {
      const target = historyTarget(context, key, options);
      if (options.dryRun !== true && (options.reason ?? "").trim() === "")
        throw usage("--reason", "must say why, got nothing", "Name the incident, or look first with --dry-run.");
      await restore(context, target, version, options);
    });
}

async function restore(
  context: CommandContext,
  target: HistoryTarget,
  version: string,
  options: Options,
): Promise<void> {
  const { opened, stateKey } = target;
  const { place } = opened;
  const reason = options.reason ?? "";
  const declared = howItIsWritten(target, options);
  const by = await releaser(place);
  const info = `version ${version} comes back: ${reason}`;
  const lock = ownLock({
    id: randomUUID(),
    operation: "statelock history restore",
    info,
    path: `${place.name}/${stateKey}`,
  });
  const signals = untilInterrupted(context.terminal.note);
  const wish = { bucket: place.name, stateKey, version, forceLineage: options.forceLineage };
  try {
    const port = restorePort(context, target, declared, options, { lockId: lock.ID, signals });
    const encryption = declared.encryption;
    const result = await restoreState(port, { ...wish, lock, encryption, dryRun: options.dryRun === true });
    const audit = restoreAudit(result, { bucket: place.name, stateKey, by, reason, lockId: lock.ID });
    tell(context, target, result, audit, options);
  } finally {
    signals.done();
  }
}

/** What a restore does as the state's clients do it. */
type Writing = Omit<Declared, "encryption"> & { readonly encryption: Declared["encryption"] | "as-it-was" };

/** The inventory knows, or the command line says. */
function howItIsWritten({ opened, stateKey }: HistoryTarget, { dynamodbTable }: Options): Writing {
  const declared = declaredFor(stateKey, opened.inventory);
  if (declared === undefined) return { encryption: "as-it-was", locksInS3: true, table: dynamodbTable };
  if (dynamodbTable === undefined) return declared;
  throw usage("--dynamodb-table", "must not be given for a state that the inventory knows", "Leave it out.");
}

function restorePort(
  context: CommandContext,
  { opened, stateKey }: HistoryTarget,
  { locksInS3, table: name }: Writing,
  options: Options,
  run: { readonly lockId: string; readonly signals: Interruption },
): RestorePort {
  const { place, flags } = opened;
  const store = historyStore(place);
  const table = name === undefined ? undefined : lockTable({ ...place, name });
  const releaseCommand = ownLockRelease("its restore is over", flags);
  return {
    store,
    locks: { bucket: place.name, s3: locksInS3 ? store : undefined, table, releaseCommand },
    digest: table === undefined ? undefined : tableDigest(table, digestItemId(place.name, stateKey)),
    progress: terminalProgress(context.terminal),
    confirm: (plan) => confirmed(context, plan, options),
    interrupted: () => run.signals.requested(),
  };
}

async function confirmed(context: CommandContext, plan: RestorePlan, { yes }: Options): Promise<boolean> {
  const { note, colors } = context.terminal;
  note(restorePlanText(plan, colors));
  return isConfirmed(context.terminal, {
    command: "statelock history restore",
    question: "Type the version's ID to make it the current state again: ",
    accepts: (answer) => answer === plan.from.version.versionId,
    yes,
  });
}

function tell(
  context: CommandContext,
  { opened, stateKey }: HistoryTarget,
  result: RestoreResult,
  audit: HistoryRestore["audit"],
  { json }: Options,
): void {
  const { outcome, plan } = result;
  const problems = remainingProblems(result);
  context.exitWith(problems.length > 0 ? EXIT.unknown : outcome === "declined" ? EXIT.refused : EXIT.fine);
  if (json === true) {
    const report: HistoryRestore = {
      version: 1,
      command: "history restore",
      outcome,
      bucket: opened.place.name,
      stateKey,
      from: sideReport(plan.from),
      present: presentReport(plan),
      serial: plan.serial,
      changes: restoreChanges(plan),
      notes: plan.notes.map((note) => plainText(note)),
      audit,
      problems: [...problems],
    };
    context.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const { note, colors } = context.terminal;
  if (audit !== null) context.write(`${plainJson(audit)}\n`);
  if (outcome === "planned") note(restorePlanText(plan, colors));
  for (const problem of problems) note(problemText(problem, context.terminal));
  note(restoreTold(result, colors));
}
