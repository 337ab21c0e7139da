import type { GrantChange, PlannedGrants } from "../../lib/migrate/step/planned-grants";
import type { PolicyGrant } from "../../lib/policy/grants-beyond";
import { plainJson, plainText } from "../../lib/text/plain-text";
import type { CommandContext } from "../screen/command-context";
import { noteProblems, SHOWN } from "./migrate-project";

const TITLES: Readonly<Record<GrantChange["change"], string>> = {
  needed: "needed before the step, besides what is granted now:",
  unneeded: "not needed any more, once every root of the state is there and none goes back:",
};

/** Notes, on standard error, what a step changes in policies, and the roots whose grants are not known. */
export function noteGrants(context: CommandContext, { grants, untold }: PlannedGrants): void {
  if (grants.length === 0 && untold.length === 0) return;
  context.terminal.note(
    "\nGrants, by the levels of docs/reference/policies.md (what roles are granted was not looked at)",
  );
  for (const change of ["needed", "unneeded"] as const) {
    const those = grants.filter((each) => each.change === change);
    if (those.length > 0)
      context.terminal.note([`  ${TITLES[change]}`, ...those.slice(0, SHOWN).map(entry)].join("\n"));
    if (those.length > SHOWN)
      context.terminal.note(`    … and ${String(those.length - SHOWN)} more: --json names them.`);
  }
  noteProblems(context, untold);
}

function entry({ roots, levels, grants }: GrantChange): string {
  return [`    ${plainText(roots.join(", "))}: ${levels.join(", ")}`, ...grants.map(grantText)].join("\n");
}

function grantText({ actions, resources, condition }: PolicyGrant): string {
  const lines = [
    `      ${actions.join(", ")}`,
    ...resources.map((resource) => `        on ${plainText(resource)}`),
    ...(condition === undefined ? [] : [`        if ${plainJson(condition)}`]),
  ];
  return lines.join("\n");
}
