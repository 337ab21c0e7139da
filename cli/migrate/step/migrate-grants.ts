import { noteOthers } from "../../screen/report-error";
import type { GrantChange, PlannedGrants } from "../../../lib/migrate/step/planned-grants";
import type { PolicyGrant } from "../../../lib/policy/grants-beyond";
import { plainJson, plainText } from "../../../lib/text/plain-text";
import type { CommandContext } from "../../screen/command-context";
import { noteProblems, SHOWN } from "../project/migrate-project";
import { grouped } from "../../../lib/text/grouped";
import { counted } from "../../../lib/text/counted";
import { few } from "../../../lib/text/few";

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
    const those = byPattern(grants.filter((each) => each.change === change));
    const [told, others] = few(those, SHOWN);
    if (told.length > 0) context.terminal.note([`  ${TITLES[change]}`, ...told.map(entry)].join("\n"));
    noteOthers(context.terminal, others, "    ");
  }
  noteProblems(context, untold);
}

/** Returns grants of roots that differ in the key alone as one grant with `<key>`, which each root replaces by its own. */
function byPattern(changes: readonly GrantChange[]): GrantChange[] {
  const groups = grouped(changes, ({ levels, grants }) => JSON.stringify([levels, shapeOf(grants)]));
  return [...groups.values()].flatMap((group) => (group.length === 1 ? group : [patternOf(group)]));
}

function patternOf(group: readonly GrantChange[]): GrantChange {
  const [first] = group;
  if (first === undefined) throw new Error("a group without a grant");
  const grants = first.grants.map((_, at) => patterned(group.map((change) => change.grants[at])) as PolicyGrant);
  const named = group.map((change) => {
    const key = keyIn(grants, change.grants);
    return key === undefined ? change.roots : change.roots.map((root) => `${root} (<key> is ${key})`);
  });
  const roots = group.flatMap((change) => change.roots);
  return { ...first, roots: roots.length > SHOWN ? roots : named.flat(), grants };
}

/** Returns what stands for `<key>` in the grants of one root. */
function keyIn(patterns: readonly PolicyGrant[], own: readonly PolicyGrant[]): string | undefined {
  for (const [at, { resources }] of patterns.entries())
    for (const [place, pattern] of resources.entries()) {
      const [before = "", after] = pattern.split("<key>");
      const text = own[at]?.resources[place];
      if (after !== undefined && text !== undefined) return text.slice(before.length, text.length - after.length);
    }
  return undefined;
}

/** Returns values of one shape as one value, with patterns where their texts differ. */
function patterned(values: readonly unknown[]): unknown {
  const [first] = values;
  if (typeof first === "string") return joinedPattern(values.map(String));
  if (Array.isArray(first)) return first.map((_, at) => patterned((values as unknown[][]).map((each) => each[at])));
  if (typeof first !== "object" || first === null) return first;
  const all = values as Record<string, unknown>[];
  return Object.fromEntries(Object.keys(first).map((name) => [name, patterned(all.map((each) => each[name]))]));
}

/** Returns the shape of a value: what it is without the texts that may hold a key. */
function shapeOf(value: unknown): unknown {
  if (typeof value === "string") return value.split("/")[0];
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]);
}

/** Returns the common start and end of some texts with `<key>` between them. */
function joinedPattern(texts: readonly string[]): string {
  const [first = ""] = texts;
  if (texts.every((text) => text === first)) return first;
  const shortest = Math.min(...texts.map((text) => text.length));
  let start = 0;
  while (start < shortest && texts.every((text) => text[start] === first[start])) start += 1;
  // A key starts after a slash and ends before the suffix of its lock.
  start = first.lastIndexOf("/", start - 1) + 1;
  let end = 0;
  while (end < shortest - start && texts.every((text) => text.at(-1 - end) === first.at(-1 - end))) end += 1;
  const suffix = /(?:\.tflock|-md5)$/.exec(first.slice(first.length - end))?.[0] ?? "";
  return `${first.slice(0, start)}<key>${suffix}`;
}

function entry({ roots, levels, grants }: GrantChange): string {
  const who =
    roots.length > SHOWN ? `${counted(roots.length, "root")} (<key> is the rest of the key of each)` : roots.join(", ");
  return [`    ${plainText(who, Infinity)}: ${levels.join(", ")}`, ...grants.map(grantText)].join("\n");
}

function grantText({ actions, resources, condition }: PolicyGrant): string {
  const lines = [
    `      ${actions.join(", ")}`,
    ...resources.map((resource) => `        on ${plainText(resource, Infinity)}`),
    ...(condition === undefined ? [] : [`        if ${plainJson(condition)}`]),
  ];
  return lines.join("\n");
}
