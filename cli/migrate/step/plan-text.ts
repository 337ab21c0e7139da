import { placeText } from "../../../lib/migrate/scan/configuration/configuration";
import { phaseCounts } from "../../../lib/migrate/scan/configuration/phase-counts";
import type { Scan, ScannedConfiguration } from "../../../lib/migrate/scan/scan";
import { stepByHand } from "../../../lib/migrate/scan/next-step";
import type { MovePlan } from "../../../lib/migrate/step/move-plan";
import { planDiff, type NameOf } from "../../../lib/migrate/step/plan-diff";
import type { PlannedGrants } from "../../../lib/migrate/step/planned-grants";
import { counted, withCommas } from "../../../lib/text/counted";
import { fewText } from "../../../lib/text/few";
import { plainText } from "../../../lib/text/plain-text";
import type { CommandContext } from "../../screen/command-context";
import { noteGrants } from "./migrate-grants";
import { noteRefusals, SHOWN } from "../project/migrate-project";

/** From how many lines on a person asks for the patch. */
const LONG = 40;

/**
 * Notes how many roots a plan moves, its grants and refusals, and prints its patch last. On a terminal, a long patch waits for
 * `--diff`.
 * @param wanted somebody asked for the patch
 */
export function showPlan(
  context: CommandContext,
  {
    plan,
    scan,
    grants,
    nameOf,
    wanted,
  }: {
    readonly plan: MovePlan;
    readonly scan: Scan;
    readonly grants: PlannedGrants;
    readonly nameOf: NameOf;
    readonly wanted: boolean;
  },
): void {
  const { dynamodb, both, lockfile } = phaseCounts(scan.configurations);
  notePlan(
    context,
    plan,
    `Now: ${withCommas(dynamodb)} on dynamodb, ${withCommas(both)} on both, ${withCommas(lockfile)} on lockfile.`,
  );
  noteGrants(context, grants);
  noteRefusals(context, plan.refusals, scan.problems);
  const patch = planDiff(plan, scan, nameOf);
  if (wanted || !context.output.isTerminal || patch.split("\n").length <= LONG) context.writePatch(patch);
  else context.terminal.note(`\n${counted(filesOf(plan), "file")} would change: --diff shows how.`);
}

function filesOf({ moves, templates = [] }: Pick<MovePlan, "moves" | "templates">): number {
  return moves.reduce((sum, { replacements }) => sum + replacements.length, templates.length);
}

function templatePaths(templates: NonNullable<MovePlan["templates"]>): string {
  return fewText(
    templates.map(({ path }) => path),
    SHOWN,
  );
}

/** Notes how many roots a plan moves, and the steps by hand. @param now what a plan says after the first line */
export function notePlan(
  { terminal }: CommandContext,
  { to, moves, refusals, byHand, unknown = [], unlocked = [], templates = [] }: MovePlan,
  now?: string,
): void {
  const roots = moves.reduce((sum, move) => sum + move.roots.length, 0);
  const left = refusals.flatMap((each) => each.roots).length;
  const others = [
    byHand.length > 0 && `${withCommas(byHand.length)} by hand`,
    unknown.length > 0 && `${withCommas(unknown.length)} unknown`,
    unlocked.length > 0 && `${withCommas(unlocked.length)} not locked`,
  ];
  const more = others.map((text) => (text === false ? "" : `, ${text}`)).join("");
  terminal.note(
    `To ${to}: ${counted(roots, "root")} in ${counted(filesOf({ moves }), "file")}; ${withCommas(left)} left alone${more}.`,
  );
  if (templates.length > 0)
    terminal.note(plainText(`Also ${counted(templates.length, "template")}: ${templatePaths(templates)}.`, Infinity));
  if (now !== undefined) terminal.note(now);
  const shown = new Set<string>();
  const line = (title: string, each: ScannedConfiguration, what: string): void => {
    // One block of Terragrunt serves many units.
    const same = `${title} ${placeText(each)} ${what}`;
    if (each.source === "terragrunt" && shown.has(same)) return;
    shown.add(same);
    terminal.note(plainText(`  ${title}: ${each.root} (${each.source}), ${placeText(each)}: ${what}`, Infinity));
  };
  for (const each of byHand) line("by hand", each, stepByHand(each, to));
  for (const each of unknown) line("unknown", each, each.next);
  for (const each of unlocked) line("not locked", each, each.next);
}
