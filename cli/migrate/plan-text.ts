import type { Scan } from "../../lib/migrate/scan/scan";
import { stepByHand } from "../../lib/migrate/scan/next-step";
import type { MovePlan } from "../../lib/migrate/step/move-plan";
import { planDiff, type NameOf } from "../../lib/migrate/step/plan-diff";
import type { PlannedGrants } from "../../lib/migrate/step/planned-grants";
import { counted } from "../../lib/text/counted";
import type { CommandContext } from "../screen/command-context";
import { noteGrants } from "./migrate-grants";
import { noteRefusals } from "./migrate-project";

/** Prints the patch of a plan, and notes its grants and refusals. */
export function showPlan(
  context: CommandContext,
  {
    plan,
    scan,
    grants,
    nameOf,
  }: {
    readonly plan: MovePlan;
    readonly scan: Scan;
    readonly grants: PlannedGrants;
    readonly nameOf: NameOf;
  },
): void {
  context.writePatch(planDiff(plan, scan, nameOf));
  noteGrants(context, grants);
  noteRefusals(context, plan.refusals, scan.problems);
}

/** Notes how many roots a plan moves, and the steps by hand. */
export function notePlan(
  { terminal }: CommandContext,
  { to, moves, refusals, byHand, unknown = [], unlocked = [] }: MovePlan,
): void {
  const files = moves.reduce((sum, { replacements }) => sum + replacements.length, 0);
  const roots = moves.reduce((sum, move) => sum + move.roots.length, 0);
  const left = refusals.flatMap((each) => each.roots).length;
  const others = [
    byHand.length > 0 && `${String(byHand.length)} by hand`,
    unknown.length > 0 && `${String(unknown.length)} unknown`,
    unlocked.length > 0 && `${String(unlocked.length)} not locked`,
  ];
  const more = others.map((text) => (text === false ? "" : `, ${text}`)).join("");
  terminal.note(`To ${to}: ${counted(roots, "root")} in ${counted(files, "file")}; ${String(left)} left alone${more}.`);
  for (const each of byHand) terminal.note(`  by hand: ${each.root} (${each.source}): ${stepByHand(each, to)}`);
  for (const { root, source, next } of unknown) terminal.note(`  unknown: ${root} (${source}): ${next}`);
  for (const { root, source, next } of unlocked) terminal.note(`  not locked: ${root} (${source}): ${next}`);
}
