import { Command } from "commander";
import { lockStore } from "../../lib/aws/lock-store";
import { ownerOf, stateKeyOf } from "../../lib/inventory/state-owner";
import type { LockObject } from "../../lib/lock/lock-port";
import { lockIdOf, type LockReport } from "../../lib/lock/lock-report";
import { readLockReport } from "../../lib/lock/read-lock-report";
import { releaseAudit } from "../../lib/lock/release-audit";
import type { LockProof } from "../../lib/lock/release-decisions";
import { runRelease } from "../../lib/lock/release-lock";
import { LOCK_SUFFIX } from "../../lib/state/state-keys";
import { plainJson } from "../../lib/text/plain-text";
import { auditIdentity } from "../options/audit-identity";
import { openBucket, usage, withBucketOptions, type BucketOptions } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { isConfirmed } from "../screen/confirm";
import { problemText } from "../screen/report-error";
import { showCommand } from "./lock-commands";
import { lockText } from "./lock-text";
import type { LockRelease } from "./release-json";
import { releaseTold, type ReleaseTold } from "./release-text";

interface Options extends BucketOptions {
  readonly id?: string;
  readonly etag?: string;
  readonly reason: string;
  readonly unproven?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock locks release demo/terraform.tfstate --id 24ee7454-2d06-8b4e-a9b6-a1a2ba9a9a0b --reason "runner 7 died"
  $ statelock locks release demo/terraform.tfstate --etag '"d41d8cd9…"' --reason "empty body"    an unreadable lock
  $ statelock locks release demo/terraform.tfstate --id … --reason "INC-42" --yes --json        in a script

Statelock reads the lock again, compares it, and deletes exactly the object that was read: on AWS by its ETag, on another
store by its version, or by its ETag if a probe shows that the store honours that condition. It never removes a lock that
somebody took in between. A store that offers no such proof is refused: --unproven releases there after one more look. On
AWS, the lock's body stays in the bucket's history. The audit line on standard output names who released the lock, why, and
which lock it was.
Exit code: 0 that lock is gone; 1 another lock is there, or you declined; 2 the release failed or its result is unknown
(access, network): the message says whether the lock is still there.`;

/** `statelock locks release KEY` */
export function locksReleaseCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("release").argument("<key>", "state key"))
    .description("Delete one lock that nobody needs any more, on condition that it is still that lock.")
    .option("--id <id>", "the lock's ID, from `locks list` or from Terraform's message")
    .option("--etag <etag>", "instead of --id, for a lock whose body cannot be read")
    .requiredOption("--reason <text>", "why; for the audit line")
    .option("--unproven", "release also on a store that cannot delete exactly this lock: look once more, and delete")
    .option("-y, --yes", "release without asking; needed if nobody can answer")
    .option("--json", "JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (key: string, options: Options) => {
      if (options.reason.trim() === "")
        throw usage("--reason", "must say why, got nothing", "Name the incident or the dead run.");
      await release(context, key, proofOf(options), options);
    });
}

async function release(context: CommandContext, key: string, proof: LockProof, options: Options): Promise<void> {
  const opened = openBucket(context, options);
  const { place, inventory } = opened;
  const bucket = place.name;
  const stateKey = stateKeyOf(key, bucket, inventory);
  const lockKey = stateKey + LOCK_SUFFIX;
  const store = lockStore(place);
  const by = await auditIdentity(place);
  const report = (lock: LockObject): Promise<LockReport> => readLockReport(store, { bucket, inventory }, lock);
  const confirm = async (lock: LockObject): Promise<boolean> => confirmed(context, await report(lock), options);
  const result = await runRelease(store, { lockKey, proof, confirm, unproven: options.unproven === true });
  const audit = releaseAudit(result, { bucket, stateKey, by, reason: options.reason, at: store.now() });
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
  else show(context, told, json, ownerOf(stateKey, inventory).alsoInDynamoDb);
}

function show(
  context: CommandContext,
  told: ReleaseTold,
  { audit, current }: LockRelease,
  alsoInDynamoDb: boolean,
): void {
  const { note, colors } = context.terminal;
  if (audit !== null) context.write(`${plainJson(audit)}\n`);
  if ("problem" in told) note(problemText(told.problem, context.terminal));
  else note(`${colors.green("✔")} ${told.text}${told.warning === undefined ? "" : ` ${told.warning}`}`);
  if (current !== null && "problem" in told) note(lockText(current, colors));
  if (alsoInDynamoDb && (current !== null || audit !== null))
    note("The lock in DynamoDB is separate: `terraform force-unlock ID` in that root releases it.");
}

function proofOf({ id, etag }: Options): LockProof {
  if (id !== undefined && etag === undefined) return { id };
  if (id === undefined && etag !== undefined) return { etag };
  const fix = "`statelock locks show KEY` prints the whole command.";
  throw usage("--id", "must name the lock, unless --etag does: exactly one of them", fix);
}

async function confirmed(context: CommandContext, lock: LockReport, { yes }: Options): Promise<boolean> {
  const { note, colors } = context.terminal;
  note(lockText(lock, colors));
  const id = lockIdOf(lock);
  const [name, proof] = id === undefined ? ["ETag", lock.etag] : ["ID", id];
  return isConfirmed(context.terminal, {
    command: "statelock locks release",
    question: `Type the lock's ${name} to release it: `,
    accepts: (answer) => answer !== "" && [proof, proof.replace(/^"|"$/g, "")].includes(answer),
    yes,
  });
}
