import type { FileReplacement } from "../../files/project-files";
import { stepChanges } from "../rewrite/changes";
import type { Rewrite } from "../rewrite/rewrite-alike";
import { rewriteTemplates } from "../rewrite/rewrite-template";
import type { Scan } from "../scan/scan";
import { isSafe, type Template } from "../scan/outside/template-file";
import { hasWorkByHand, type MoveOptions, type MovePlan } from "./move-plan";

/**
 * Returns what a step changes in templates. They follow the roots: to `both` with the first of them, to `lockfile` with the last,
 * because a root that is made again must not stop to see the locks of the others. A step back, or of single roots, leaves them.
 */
export async function planTemplates(
  rewrite: Rewrite,
  { templates = [], configurations }: Pick<Scan, "templates" | "configurations">,
  plan: MovePlan,
  { to, back, roots }: MoveOptions,
): Promise<FileReplacement[]> {
  if (back !== undefined || roots !== undefined) return [];
  if (to === "lockfile" && (plan.refusals.length > 0 || hasWorkByHand(plan))) return [];
  const ofRoots = new Set(configurations.flatMap(({ places }) => places.map(({ file }) => file.realPath)));
  const changed = templates
    .filter((each) => !ofRoots.has(each.file.realPath) && isSafe(each) && isNext(each, to))
    .map((template) => {
      const { places, phase } = template.configuration;
      return {
        template,
        changes: stepChanges(
          places.map(({ site }) => site),
          { from: phase, to },
        ),
      };
    });
  return rewriteTemplates(
    rewrite,
    changed.filter(({ changes }) => changes.size > 0),
  );
}

function isNext({ configuration: { phase } }: Template, to: MoveOptions["to"]): boolean {
  return to === "both" ? phase === "dynamodb" : phase === "both" || phase === "lockfile";
}
