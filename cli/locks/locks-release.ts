import { Command } from "commander";
import { z } from "zod";
import { lockStore } from "../../lib/aws/lock-store";
import { DEFAULT_LONGEST_RUN } from "../../lib/lock/lock-verdict";
import { ownerOf, stateKeyOf } from "../../lib/inventory/state-owner";
import type { LockObject } from "../../lib/lock/lock-port";
import type { LockProof, ReleaseResult } from "../../lib/lock/release-decisions";
import { lockReportSchema, type LockReport } from "../../lib/lock/lock-report";
import { runRelease } from "../../lib/lock/release-lock";
import { plainJson } from "../../lib/text/plain-text";
import { LOCK_SUFFIX } from "../../lib/state/state-keys";
import { openBucket, usage, withBucketOptions, type BucketOptions, type OpenedBucket } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { lockText } from "./lock-text";
import { commandsFor, reportOn } from "./locks-show";
import { auditSchema, releaseAudit, releaser } from "./release-audit";
import { releaseTold } from "./release-text";
import { problemText } from "../screen/report-error";
import { problemSchema } from "../../lib/problem/problem-schema";
import { isConfirmed } from "../screen/confirm";

interface Options extends BucketOptions {
  readonly id?: string;
  readonly etag?: string;
  readonly reason: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock locks release demo/terraform.tfstate --id 24ee7454-2d06-8b4e-a9b6-a1a2ba9a9a0b --reason "runner 7 died"
  $ statelock locks release demo/terraform.tfstate --etag '"d41d8cd9…"' --reason "empty body"    an unreadable lock
  $ statelock locks release demo/terraform.tfstate --id … --reason "INC-42" --yes --json        where nobody can answer

The lock is read again, compared, and deleted on condition that it is still the very object that was read: a lock that
somebody took meanwhile is never removed. Its body stays in the bucket's history. The audit line on standard output
says who, why, and what was deleted.
Exit code: 0 that lock is no more; 1 it is not the lock that was named, or you declined; 2 that could not be told or
done (access, network): the message says whether the lock is still there.`;

/** JSON of `locks release`, version 1. */
export const lockReleaseSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("locks release"),
  outcome: z.enum([
    "released",
    "gone",
    "already-free",
    "changed",
    "other-lock",
    "needs-etag",
    "needs-id",
    "declined",
    "still-held",
    "unknown",
  ]),
  bucket: z.string(),
  stateKey: z.string(),
  audit: auditSchema.nullable().describe("null where nothing was deleted"),
  current: lockReportSchema.nullable().describe("the lock that is there now, as far as it is known"),
  problem: problemSchema.nullable(),
});

/** `statelock locks release KEY` */
export function locksReleaseCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("release").argument("<key>", "state key"))
    .description("Delete one lock that nobody needs any more, on condition that it is still that one.")
    .option("--id <id>", "the lock's ID, from `locks list` or from Terraform's message")
    .option("--etag <etag>", "instead of --id, for a lock whose body cannot be read")
    .requiredOption("--reason <text>", "why; for the audit line")
    .option("-y, --yes", "release without asking; needed where nobody can answer")
    .option("--json", "JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (key: string, options: Options) => {
      const opened = openBucket(context, options);
      const stateKey = stateKeyOf(key, opened.place.name);
      if (options.reason.trim() === "")
        throw usage("--reason", "must say why, got nothing", "Name the incident or the dead run.");
      const request = { lockKey: stateKey + LOCK_SUFFIX, proof: proofOf(options) };
      await release(context, opened, options, stateKey, request);
    });
}

async function release(
  context: CommandContext,
  opened: OpenedBucket,
  options: Options,
  stateKey: string,
  request: { readonly lockKey: string; readonly proof: LockProof },
): Promise<void> {
  const store = lockStore(opened.place);
  const by = await releaser(opened.place);
  const report = (lock: LockObject): Promise<LockReport> => reportOn(store, opened, lock, DEFAULT_LONGEST_RUN);
  const confirm = async (lock: LockObject): Promise<boolean> => confirmed(context, await report(lock), options);
  const result = await runRelease(store, { ...request, confirm });
  const { place } = opened;
  const audit = releaseAudit(result, { bucket: place.name, stateKey, by, reason: options.reason, at: store.now() });
  const seen = "current" in result ? result.current : result.outcome === "still-held" ? result.lock : undefined;
  const current = seen === undefined ? null : await report(seen);
  const show = `statelock locks show ${stateKey}${opened.flags}`;
  const told = releaseTold(
    result,
    `s3://${place.name}/${stateKey}${LOCK_SUFFIX}`,
    current === null ? show : showCommand(current, opened),
  );
  context.exitWith(told.exit);
  if (options.json === true) {
    const problem = "problem" in told ? told.problem : null;
    const { outcome } = result;
    const json: z.infer<typeof lockReleaseSchema> = {
      version: 1,
      command: "locks release",
      outcome,
      bucket: place.name,
      stateKey,
      audit,
      current,
      problem,
    };
    context.write(`${JSON.stringify(json, null, 2)}\n`);
    return;
  }
  const { note, colors } = context.terminal;
  if (audit !== null) context.write(`${plainJson(audit)}\n`);
  if ("problem" in told) note(problemText(told.problem, context.terminal));
  else note(`${colors.green("✔")} ${told.text}${told.warning === undefined ? "" : ` It ${told.warning}`}`);
  if (current !== null && "problem" in told) note(lockText(current, colors));
  if (current?.alsoInDynamoDb === true || (audit !== null && isInDynamoDb(opened, result)))
    note("The lock in DynamoDB is another one: `terraform force-unlock ID` in that root releases it.");
}

function isInDynamoDb({ inventory }: OpenedBucket, result: ReleaseResult): boolean {
  if (!("lock" in result) || result.lock === undefined) return false;
  const stateKey = result.lock.key.slice(0, -LOCK_SUFFIX.length);
  return ownerOf(stateKey, inventory).alsoInDynamoDb;
}

function showCommand(lock: LockReport, opened: OpenedBucket): string {
  return (commandsFor(lock, opened).wait ?? "").replace(" wait ", " show ").replace(" --timeout 10m", "");
}

function proofOf({ id, etag }: Options): LockProof {
  if (id !== undefined && etag === undefined) return { id };
  if (id === undefined && etag !== undefined) return { etag };
  throw usage(
    "--id",
    "must say which lock is meant, either it or --etag",
    "`statelock locks show KEY` has the whole command.",
  );
}

async function confirmed(context: CommandContext, lock: LockReport, { yes }: Options): Promise<boolean> {
  const { note, colors } = context.terminal;
  note(lockText(lock, colors));
  const [name, proof] = lock.holder === null ? ["ETag", lock.etag] : ["ID", lock.holder.id];
  return isConfirmed(context.terminal, {
    command: "statelock locks release",
    question: `Type the lock's ${name} to release it: `,
    accepts: (answer) => answer !== "" && [proof, proof.replace(/^"|"$/g, "")].includes(answer),
    yes,
  });
}
