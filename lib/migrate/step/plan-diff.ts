import type { FileReplacement } from "../../files/project-files";
import { hideCredentials, type HideCredentials } from "../rewrite/hide-credentials";
import { unifiedDiff } from "../rewrite/unified-diff";
import type { Scan } from "../scan/scan";
import type { Move, MovePlan } from "./move-plan";

/** Names a file as a patch does. */
export type NameOf = (realPath: string) => string;

/** Returns the changes of a plan as one patch that `git apply` takes, without the credentials in backends. */
export function planDiff(plan: MovePlan, scan: Scan, nameOf: NameOf): string {
  return [...moveDiffs(plan, scan, nameOf), ...templateDiffs(plan, scan, nameOf)].join("");
}

/** Returns the patch of each template. */
export function templateDiffs({ templates = [] }: MovePlan, scan: Scan, nameOf: NameOf): string[] {
  const hide = hideCredentials(scan);
  return templates.map((each) => diffOf(each, nameOf, hide));
}

/** Returns the patch of each move of a plan. */
export function moveDiffs({ moves }: MovePlan, scan: Scan, nameOf: NameOf): string[] {
  const hide = hideCredentials(scan);
  return moves.map((move) => moveDiff(move, nameOf, hide));
}

function moveDiff({ replacements }: Move, nameOf: NameOf, hide: HideCredentials): string {
  return replacements.map((replacement) => diffOf(replacement, nameOf, hide)).join("");
}

function diffOf(replacement: FileReplacement, nameOf: NameOf, hide: HideCredentials): string {
  return hide(replacement.realPath, unifiedDiff(nameOf(replacement.realPath), replacement));
}
