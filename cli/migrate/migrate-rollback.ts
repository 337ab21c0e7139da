import { Command, Option } from "commander";
import type { z } from "zod";
import { replaceFiles } from "../../lib/files/replace-files";
import { runRecord } from "../../lib/files/unfinished-run";
import { forEachLimited } from "../../lib/work/for-each-limited";
import { applyMoves, type Applied } from "../../lib/migrate/step/apply-plan";
import { liveTarget, type LiveTarget } from "../../lib/migrate/live/live-target";
import {
  hasConsumersByHand,
  settledIn,
  type BackTarget,
  type MovePlan,
  type Refusal,
} from "../../lib/migrate/step/plan";
import { readLive } from "../../lib/migrate/live/read-live";
import { repairDigest, type Repair } from "../../lib/migrate/step/repair-digest";
import { configurationJson, moveJson, planDiff, refusalJson } from "../../lib/migrate/step/report";
import type { migrateRollbackSchema } from "../../lib/migrate/step/report-schema";
import { groupedByState } from "../../lib/migrate/scan/same-state";
import type { Scan, ScannedConfiguration } from "../../lib/migrate/scan/scan";
import { userProblems } from "../../lib/migrate/step/under-locks";
import { gitVersionControl } from "../../lib/programs/working-tree";
import type { Problem } from "../../lib/problem/problem";
import { usage } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { counted } from "../../lib/text/counted";
import { liveDefaults, withLiveOptions } from "./migrate-live-access";
import { noteConsumers } from "./migrate-consumers";
import { takeOverOption, writeOpener, type WriteOptions } from "./migrate-live-ports";
import { notePlan } from "./migrate-plan";
import { noteProblems, planProject, rootOption, scanProject, selectedRoots } from "./migrate-project";
import { noteRecords, phaseMemory, seenRecords, type SeenRecords } from "./migrate-sightings";
import { terminalProgress } from "../screen/progress";
import { EXIT } from "../screen/report-error";
import { untilInterrupted } from "../../lib/work/interruption";

interface Options extends WriteOptions {
  readonly to: BackTarget;
  readonly table?: string;
  readonly root?: readonly string[];
  readonly accept?: readonly string[];
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** A digest of one root's state, and what became of it. */
interface RootRepair extends Repair {
  readonly root: string;
  readonly bucket: string;
}

const EXAMPLES = `
Examples:
  $ statelock migrate rollback --to both --table locks      roots on lockfile lock in the table again
  $ statelock migrate rollback --to both --root infra/net   a root on both whose digest is stale: repair it
  $ statelock migrate rollback --to dynamodb --dry-run      what would be done

The digest of every state of these roots is made right first, under both locks: clients with the table fail on a stale
one. Run it again once every clone is back, in case one wrote in between. Roots that are there already are repaired only.
Exit code 0: all of them are there, and their digests are right. 1: some were left. 2: something could not be told.`;

/** Roots whose states are worked on at one time. */
const AT_ONCE = 4;

/** `statelock migrate rollback` */
export function migrateRollbackCommand(context: CommandContext): Command {
  return withLiveOptions(new Command("rollback"))
    .description("Go back one phase, and make the digests right so that clients with the table work again.")
    .argument("[folders...]", "folders to look into (default: the working directory)")
    .addOption(
      new Option("--to <phase>", "the phase to go back to").choices(["both", "dynamodb"]).makeOptionMandatory(),
    )
    .option("--table <name>", "the table that roots on lockfile go back to: their files no longer say")
    .addOption(rootOption())
    .addOption(
      new Option("--accept <md5>", "a state that you have looked at and vouch for, can be given again").argParser(
        (md5: string, given: readonly string[] | undefined) => [...(given ?? []), md5.toLowerCase()],
      ),
    )
    .addOption(takeOverOption())
    .option("--dry-run", "look, and change nothing")
    .option("--force", "also with changes that are not committed, or files that git does not track")
    .option("--json", "print the result as JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (folders: readonly string[], options: Options) => {
      const project = await scanProject(context, folders);
      const roots = selectedRoots(context, project.scan, options.root);
      const selected = project.scan.configurations.filter(({ root }) => roots?.includes(root) ?? true);
      const repairs = await repairAll(context, selected, options);
      const blocked = new Map(repairs.filter(isBlocked).map((repair) => [repair.root, repair.problems] as const));
      const plan = await planProject(context, project, {
        to: options.to,
        back: { table: options.table },
        ...(roots === undefined ? {} : { roots }),
        checks: [({ root }) => Promise.resolve(blocked.get(root) ?? [])],
      });
      const records = seenRecords(context, project.scan.configurations);
      const applied = await moved(context, project.scan, records, plan, options);
      const repaired = new Set([...applied.refusals.flatMap(({ roots: left }) => left)]);
      const left = [...applied.refusals, ...leftRepairs(repairs, repaired)];
      leave(context, left, repairs, project.scan.problems, plan);
      show(context, { ...applied, refusals: left }, plan, repairs, project.scan, options);
      if (options.dryRun === true) return;
      noteConsumers(context, plan);
      noteRecords(context, records);
    });
}

function isBlocked({ outcome, problems }: Repair): boolean {
  return outcome === "refused" || outcome === "unknown" || problems.length > 0;
}

/** Roots whose files stay as they are anyway, with a digest that is still stale. */
function leftRepairs(repairs: readonly RootRepair[], known: ReadonlySet<string>): Refusal[] {
  return repairs
    .filter((repair) => isBlocked(repair) && !known.has(repair.root))
    .map(({ root, problems }) => ({ roots: [root], problems }));
}

async function repairAll(
  context: CommandContext,
  selected: readonly ScannedConfiguration[],
  options: Options,
): Promise<RootRepair[]> {
  const from = options.to === "both" ? "lockfile" : "both";
  const concerned = selected.filter(
    ({ source, phase }) => source !== "reader" && (phase === from || phase === options.to),
  );
  if (
    options.table === undefined &&
    concerned.some(({ phase, source }) => phase === "lockfile" && source !== "consumer")
  )
    throw usage("--table", "must name the table that roots on lockfile go back to, got none", "Add --table NAME.");
  const open = writeOpener(options);
  const repairs: RootRepair[] = [];
  let done = 0;
  const interruption = untilInterrupted(context.terminal.note);
  try {
    await terminalProgress(context.terminal)("Make the digests right", (say) =>
      // A root and its consumer have one state, and would find each other's locks.
      forEachLimited(groupedByState(concerned), AT_ONCE, async (group) => {
        for (const configuration of group) {
          if (interruption.requested()) repairs.push(unknown(configuration, [interrupted(configuration.root)]));
          else repairs.push(...(await repairRoot(context, open, configuration, options)));
          done += 1;
          say(`${String(done)} of ${counted(concerned.length, "root")}`);
        }
      }),
    );
  } finally {
    interruption.done();
  }
  return repairs.sort((left, right) => (left.root + left.stateKey < right.root + right.stateKey ? -1 : 1));
}

async function repairRoot(
  context: CommandContext,
  open: ReturnType<typeof writeOpener>,
  configuration: ScannedConfiguration,
  options: Options,
): Promise<RootRepair[]> {
  const found = liveTarget(configuration, liveDefaults(context, options));
  if ("code" in found) return [unknown(configuration, [found])];
  const table = found.table ?? options.table;
  if (table === undefined) return [];
  const target: LiveTarget & { table: string } = { ...found, table };
  const { root, bucket } = target;
  const ports = open(target);
  const { states, problems } = await readLive(ports, target);
  const repairs: RootRepair[] = problems.length > 0 ? [unknown(configuration, problems)] : [];
  const how = { dryRun: options.dryRun === true, accepted: options.accept ?? [] };
  for (const live of states) {
    const repair = await repairDigest(ports, target, live, how).catch((error: unknown): Repair => ({
      stateKey: live.stateKey,
      outcome: "unknown",
      problems: userProblems(error),
    }));
    repairs.push({ ...repair, root, bucket });
  }
  return repairs;
}

function unknown(configuration: ScannedConfiguration, problems: readonly Problem[]): RootRepair {
  const { root } = configuration;
  return { root, bucket: "", stateKey: configuration.file.path, outcome: "unknown", problems };
}

function interrupted(root: string): Problem {
  return {
    code: "interrupted",
    path: root,
    message: "must be worked on before it goes back, and the run was stopped",
    fix: "Run the command again: what is done is not done again.",
  };
}

async function moved(
  context: CommandContext,
  { configurations }: Scan,
  records: SeenRecords,
  plan: MovePlan,
  options: Options,
): Promise<Applied> {
  if (options.dryRun === true) return { moved: plan.moves, refusals: plan.refusals };
  const memory = phaseMemory(records, configurations, plan.to);
  const ports = {
    replace: replaceFiles(context.workingDirectory),
    versionControl: gitVersionControl(context.workingDirectory, context.environment),
    record: runRecord(context.workingDirectory, records.files),
    memory,
  };
  const interruption = untilInterrupted(context.terminal.note);
  try {
    const force = options.force === true;
    const applied = await applyMoves(plan, ports, { force, isStopped: () => interruption.requested() });
    memory.remember(settledIn(plan, { configurations }));
    return applied;
  } finally {
    interruption.done();
  }
}

function leave(
  context: CommandContext,
  refusals: readonly Refusal[],
  repairs: readonly Repair[],
  problems: readonly Problem[],
  plan: MovePlan,
): void {
  if (refusals.length > 0 || problems.length > 0 || hasConsumersByHand(plan)) context.exitWith(EXIT.refused);
  if (repairs.some(({ outcome }) => outcome === "unknown")) context.exitWith(EXIT.unknown);
}

function show(
  context: CommandContext,
  applied: Applied,
  plan: MovePlan,
  repairs: readonly RootRepair[],
  scan: Scan,
  options: Options,
): void {
  const { problems } = scan;
  if (options.json === true) {
    const json: z.infer<typeof migrateRollbackSchema> = {
      version: 1,
      command: "migrate rollback",
      to: options.to,
      dryRun: options.dryRun === true,
      digests: repairs.map(({ root, bucket, stateKey, outcome, problems: own }) => {
        return { root, bucket, stateKey, outcome, problems: [...own] };
      }),
      moved: applied.moved.map(moveJson),
      refusals: applied.refusals.map(refusalJson),
      byHand: plan.byHand.map((each) => configurationJson(each, plan.to)),
      problems: [...problems],
    };
    context.write(`${JSON.stringify(json, null, 2)}\n`);
    return;
  }
  const { nameOf } = gitVersionControl(context.workingDirectory, context.environment);
  if (options.dryRun === true) context.write(planDiff(plan, scan, nameOf));
  for (const { bucket, stateKey, outcome } of repairs)
    if (outcome !== "right") context.terminal.note(`  ${outcome}: digest of s3://${bucket}/${stateKey}`);
  noteProblems(context, [...applied.refusals.flatMap((refusal) => refusal.problems), ...problems]);
  notePlan(context, { ...plan, moves: applied.moved, refusals: applied.refusals });
}
