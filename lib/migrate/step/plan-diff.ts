import type { FileReplacement } from "../../files/project-files";
import { hideCredentials } from "../rewrite/hide-credentials";
import { unifiedDiffAlike } from "../rewrite/unified-diff";
import type { Scan } from "../scan/scan";
import type { MovePlan } from "./move-plan";

/** Names a file as a patch does. */
export type NameOf = (realPath: string) => string;

/** Returns the changes of a plan as one patch that `git apply` takes, without the credentials in backends. */
export function planDiff(plan: MovePlan, scan: Scan, nameOf: NameOf): string {
  return [...moveDiffs(plan, scan, nameOf), ...templateDiffs(plan, scan, nameOf)].join("");
}

/** Returns the patch of each template. */
export function templateDiffs({ templates = [] }: MovePlan, scan: Scan, nameOf: NameOf): string[] {
  return templates.length === 0 ? [] : templates.map(diffs(scan, nameOf));
}

/** Returns the patch of each move of a plan. */
export function moveDiffs({ moves }: MovePlan, scan: Scan, nameOf: NameOf): string[] {
  const diffOf = diffs(scan, nameOf);
  return moves.map(({ replacements }) => replacements.map(diffOf).join(""));
}

function diffs(scan: Scan, nameOf: NameOf): (replacement: FileReplacement) => string {
  const hide = hideCredentials(scan);
  const diff = unifiedDiffAlike();
  return (replacement) => hide(replacement.realPath, diff(nameOf(replacement.realPath), replacement));
}
