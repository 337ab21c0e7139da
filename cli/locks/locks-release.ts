import { product, program } from "../../lib/engine/spoken-engine";
import { Command } from "commander";
import { shared } from "../options/shared-options";
import { helpText, type HelpText } from "../screen/help-text";
import { lockStore } from "../../lib/aws/lock-store";
import { ownerOf } from "../../lib/inventory/state-owner";
import type { LockObject } from "../../lib/lock/lock-port";
import { type LockReport } from "../../lib/lock/lock-report";
import { readLockReport } from "../../lib/lock/read-lock-report";
import { releaseAudit } from "../../lib/lock/release-audit";
import { runRelease } from "../../lib/lock/release-lock";
import { LOCK_SUFFIX } from "../../lib/state/state-keys";
import { noteLockAtStake, untilInterrupted } from "../../lib/work/interruption";
import { auditIdentity } from "../options/audit-identity";
import { recordAudit } from "../options/audit-log";
import { withBucketOptions } from "../options/bucket-options";
import { usage } from "../options/usage-problem";
import type { CommandContext } from "../screen/command-context";
import { problemText } from "../screen/report-error";
import { showCommand } from "./lock-commands";
import { lockText } from "./lock-text";
import type { LockRelease } from "./release-json";
import { releaseTold, type ReleaseTold } from "./release-text";
import { meantLock, type LockOptions, type MeantLock } from "./meant-lock";
import { confirmRelease } from "./confirm-release";

interface Options extends LockOptions {
  readonly reason: string;
  readonly unproven?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    [
      'statelock locks release demo/terraform.tfstate --id 24ee7454-2d06-8b4e-a9b6-a1a2ba9a9a0b --reason "runner 7 died"',
    ],
    [
      'statelock locks release demo/terraform.tfstate --etag \'"d41d8cd9…"\' --reason "empty body"',
      "an unreadable lock",
    ],
    ['statelock locks release demo/terraform.tfstate --id … --reason "INC-42" --yes --json', "in a script"],
    ['statelock locks release --from lock.json --reason "the job was cancelled" --yes', "after `locks run --remember`"],
  ],
  text: [
    "Statelock reads the lock again, compares it, and deletes exactly the object that was read: on AWS by its ETag, on another store by its version, or by its ETag if a probe shows that the store honours that condition. It never removes a lock that somebody took in between. A store that offers no such proof is refused: --unproven releases there after one more look. On AWS, the lock's body stays in the bucket's history. The audit line on standard output names who released the lock, why, and which lock it was. STATELOCK_AUDIT_LOG names a file that gets the line too (default: .statelock/audit.jsonl).",
  ],
  exit: {
    0: "that lock is gone",
    1: "another lock is there, or you declined",
    2: "the release failed or its result is unknown (access, network): the message says whether the lock is still there",
  },
};

/** `statelock locks release KEY` */
export function locksReleaseCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("release").argument("[key]", "state key; not needed with --from"))
    .description("Delete one lock that nobody needs any more, on condition that it is still that lock.")
    .option("--id <id>", `the lock's ID, from \`locks list\` or from ${product()}'s message`)
    .option("--etag <etag>", "instead of --id, for a lock whose body cannot be read")
    .option("--from <file>", "instead of --id: exactly the lock that `locks run --remember` wrote to this file")
    .requiredOption("--reason <text>", "why; for the audit line")
    .option("--unproven", "release also on a store that cannot delete exactly this lock: look once more, and delete")
    .addOption(shared("yes", "release without asking; needed if nobody can answer"))
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (key: string | undefined, options: Options) => {
      if (options.reason.trim() === "")
        throw usage("--reason", "must say why, got nothing", "Name the incident or the dead run.");
      const meant = await meantLock(context, key, options);
      if (meant !== undefined) await release(context, meant, options);
      else context.terminal.note(`The run behind ${options.from ?? ""} asked for no lock: nothing to release.`);
    });
}

/** From the confirmation on, a signal waits for the audit line of what the run deletes, and a second one names it. */
async function release(context: CommandContext, meant: MeantLock, options: Options): Promise<void> {
  const ends: (() => void)[] = [];
  const leaves = `the release of the lock of ${meant.stateKey} without an audit line: ${showCommand(meant.stateKey, meant.opened)}`;
  const listen = (): void => {
    ends.push(noteLockAtStake(leaves), untilInterrupted(context.terminal.note).done);
  };
  try {
    await releaseMeant(context, meant, { ...options, listen });
  } finally {
    for (const end of ends) end();
  }
}

async function releaseMeant(
  context: CommandContext,
  { opened, stateKey, proof }: MeantLock,
  options: Options & { readonly listen: () => void },
): Promise<void> {
  const { place, inventory } = opened;
  const bucket = place.name;
  const lockKey = stateKey + LOCK_SUFFIX;
  const store = lockStore(place);
  const by = await auditIdentity(place);
  const report = (lock: LockObject): Promise<LockReport> => readLockReport(store, { bucket, inventory }, lock);
  const confirm = async (lock: LockObject): Promise<boolean> => {
    const isWanted = await confirmRelease(context, await report(lock), options);
    if (isWanted) options.listen();
    return isWanted;
  };
  const result = await runRelease(store, { lockKey, proof, confirm, unproven: options.unproven === true });
  const audit = releaseAudit(result, { bucket, stateKey, by, reason: options.reason, at: store.now() });
  const line = audit === null ? undefined : recordAudit(context, audit);
  const seen = "current" in result ? result.current : result.outcome === "still-held" ? result.lock : undefined;
  const current = seen === undefined ? null : await report(seen);
  const told = releaseTold(result, `s3://${bucket}/${lockKey}`, showCommand(stateKey, opened));
  const problem = "problem" in told ? told.problem : null;
  const { outcome } = result;
  const json: LockRelease = {
    ...{ version: 1, command: "locks release", outcome, bucket, stateKey, audit, current, problem },
  };
  context.exitWith(told.exit);
  if (options.json === true) context.write(`${JSON.stringify(json, null, 2)}\n`);
  else show(context, told, { ...json, line, alsoInDynamoDb: ownerOf(stateKey, inventory).alsoInDynamoDb });
}

function show(
  context: CommandContext,
  told: ReleaseTold,
  {
    audit,
    current,
    line,
    alsoInDynamoDb,
  }: LockRelease & { readonly line: string | undefined; readonly alsoInDynamoDb: boolean },
): void {
  const { note, colors } = context.terminal;
  if (line !== undefined) context.write(line);
  if ("problem" in told) note(problemText(told.problem, context.terminal));
  else note(`${colors.green("✔")} ${told.text}${told.warning === undefined ? "" : ` ${told.warning}`}`);
  if (current !== null && "problem" in told) note(lockText(current, colors));
  if (alsoInDynamoDb && (current !== null || audit !== null))
    note(`The lock in DynamoDB is separate: \`${program()} force-unlock ID\` in that root releases it.`);
}
