import { Command } from "commander";
import type { z } from "zod";
import type { TablePlace } from "../../lib/aws/connect";
import { lockTable } from "../../lib/aws/dynamodb-lock-table";
import type { TableItem } from "../../lib/lock/lock-table";
import type { LiveTarget } from "../../lib/migrate/live/live-target";
import type { migrateScrubSchema } from "../../lib/migrate/step/report-schema";
import {
  leftLocks,
  ownedDigests,
  releaseLeft,
  scrubDigest,
  type LeftLock,
  type OwnedDigest,
  type Scrubbed,
} from "../../lib/migrate/table/scrub";
import { problemsOf } from "../../lib/migrate/step/under-locks";
import { plainText } from "../../lib/text/plain-text";
import { UserError, type Problem } from "../../lib/problem/problem";
import { usage } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { counted } from "../../lib/text/counted";
import { liveDefaults, scanTargets, withLiveOptions } from "./migrate-live-access";
import { takeOverOption, writeOpener, type WriteOptions } from "./migrate-live-ports";
import { noteProblems, notLookedAt, scanProject } from "./migrate-project";
import { terminalProgress } from "../screen/progress";
import { EXIT } from "../screen/report-error";
import { untilInterrupted } from "../../lib/work/interruption";

interface Options extends WriteOptions {
  readonly table: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock migrate scrub --table locks --dry-run
  $ statelock migrate scrub --table locks --region eu-central-1 infra modules

A digest is removed under both locks, if it still is the one looked at, and if every root that keeps its state is on
lockfile. Look into all folders that hold roots: an item whose root is not among them is left.
Exit code 0: no digest is left. 1: some are, and why is shown. 2: something could not be told.`;

/** `statelock migrate scrub` */
export function migrateScrubCommand(context: CommandContext): Command {
  return withLiveOptions(new Command("scrub"))
    .description("Remove the digests of states that nobody keeps a digest of any more.")
    .argument("[folders...]", "folders to look into (default: the working directory)")
    .requiredOption("--table <name>", "the DynamoDB table")
    .addOption(takeOverOption())
    .option("--dry-run", "look, and remove nothing")
    .option("--json", "print the result as JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (folders: readonly string[], options: Options) => {
      const { scan } = await scanProject(context, folders);
      const defaults = liveDefaults(context, options);
      const { targets, problems } = scanTargets(scan, defaults);
      const unreadable = scan.problems.filter(({ code }) => code === "unreadable-file");
      // A root that nobody can place may be the one that still needs a digest.
      if (problems.length + unreadable.length > 0)
        throw new UserError([...problems, ...unreadable, notLookedAt(options.table)], "unknown");
      const region = defaults.region ?? targets[0]?.region;
      if (region === undefined) throw usage("--region", "must be given where no root says it", "Add --region.");
      const { table: name, profile, roleArn } = options;
      const items = await tableItems(context, { name, region, account: undefined, access: { profile, roleArn } });
      const work = [...ownedDigests(items, targets), ...leftLocks(items, targets)];
      const results = await scrubAll(context, work, options);
      const left = results.filter(({ outcome }) => outcome === "left" || outcome === "unknown");
      if (left.length > 0 || results.some(({ problems: own }) => own.length > 0)) context.exitWith(EXIT.refused);
      if (left.some(({ outcome }) => outcome === "unknown")) context.exitWith(EXIT.unknown);
      show(context, results, options);
    });
}

/** Every item of the table, with progress on standard error. */
export async function tableItems(context: CommandContext, place: TablePlace): Promise<TableItem[]> {
  return terminalProgress(context.terminal)(`List the items of ${place.name}`, async (say) => {
    const items: TableItem[] = [];
    for await (const item of lockTable(place).items()) items.push(item);
    say(counted(items.length, "item"));
    return items;
  });
}

async function scrubAll(
  context: CommandContext,
  work: readonly (OwnedDigest | LeftLock)[],
  options: Options,
): Promise<Scrubbed[]> {
  const open = writeOpener(options);
  const results: Scrubbed[] = [];
  const interruption = untilInterrupted(context.terminal.note);
  try {
    await terminalProgress(context.terminal)(
      options.dryRun === true ? "Look at digests" : "Remove digests",
      async (say) => {
        for (const each of work) {
          const { lockId } = each;
          if (interruption.requested()) {
            results.push({ lockId, outcome: "unknown", problems: [interrupted(lockId)] });
            continue;
          }
          results.push(await scrubbed(open, each, options));
          const looked = `${String(results.length)} of ${String(work.length)} looked at`;
          const removed = results.filter(({ outcome }) => outcome === "removed").length;
          say(options.dryRun === true ? looked : `${looked}, ${String(removed)} removed`);
        }
      },
    );
  } finally {
    interruption.done();
  }
  return results;
}

async function scrubbed(
  open: ReturnType<typeof writeOpener>,
  each: OwnedDigest | LeftLock,
  { table, dryRun }: Options,
): Promise<Scrubbed> {
  const [owner] = each.owners;
  const target: (LiveTarget & { table: string }) | undefined = owner && { ...owner, table };
  try {
    const ports = target && open(target);
    if ("digest" in each) return await scrubDigest(ports, each, dryRun === true);
    return await releaseLeft(ports, each, dryRun === true);
  } catch (error) {
    return { lockId: each.lockId, outcome: "unknown", problems: problemsOf(error) };
  }
}

function interrupted(lockId: string): Problem {
  return {
    code: "interrupted",
    path: `item ${plainText(lockId)}`,
    message: "must be worked on, and the run was stopped before",
    fix: "Run the command again: what is done is not done again.",
  };
}

function show(context: CommandContext, results: readonly Scrubbed[], { table, dryRun, json }: Options): void {
  const removed = results.filter(({ outcome }) => outcome === "removed" || outcome === "removable");
  const released = results.filter(({ outcome }) => outcome === "released");
  const left = results.filter((result) => ![...removed, ...released].includes(result));
  const problems = [...removed, ...released].flatMap((result) => result.problems);
  if (json === true) {
    const document: z.infer<typeof migrateScrubSchema> = {
      version: 1,
      command: "migrate scrub",
      table,
      dryRun: dryRun === true,
      removed: removed.map(({ lockId }) => lockId),
      left: left.map((result) => ({ item: result.lockId, problems: [...result.problems] })),
      problems,
    };
    context.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  for (const { lockId } of removed) context.write(`${plainText(lockId, 1_024)}\n`);
  noteProblems(context, [...left.flatMap((result) => result.problems), ...problems]);
  const verb = dryRun === true ? "would be removed" : "removed";
  for (const { lockId } of released) context.terminal.note(`  released: ${plainText(lockId, 1_024)}`);
  context.terminal.note(`\n${counted(removed.length, "digest")} ${verb}, ${String(left.length)} left.`);
}
