import type { Attribute } from "../../hcl/syntax";
import type { Change } from "./changes";
import { nestedValue } from "../scan/obstacle/flat-role";
import { argument, type Site } from "../scan/source/site";
import type { TextEdit } from "./text-edit";

/** Returns the edit for one change in JSON syntax. An inserted member is laid out like the one beside it. */
export function jsonEdit(text: string, site: Site, change: Change): TextEdit {
  if (change.kind === "insert") return insertion(text, siblings(site, change.beside), change);
  if (change.kind === "remove") return removal(siblings(site, change.name));
  if (change.kind === "nest") return nested(text, site, change);
  if (change.kind === "assign") throw new Error("JSON has no blocks");
  const { value } = siblings(site, change.name).target;
  return { start: value.start, end: value.end, text: String(change.value) };
}

/** A member and its neighbours. `open` is the offset after the opening brace, `close` the offset before the closing one. */
interface Siblings {
  readonly target: Attribute;
  readonly before: Attribute | undefined;
  readonly after: Attribute | undefined;
  readonly open: number;
  readonly close: number;
}

function siblings(site: Site, name: string): Siblings {
  const target = argument(site, name);
  const [outer = ""] = name.split(".");
  const object = name.includes(".") ? argument(site, outer)?.value : undefined;
  const entries = object?.kind === "object" ? object.entries : (site.arguments ?? []);
  if (target === undefined) throw new Error(`${name} is not in line ${String(site.line)}`);
  const at = entries.indexOf(target);
  const [open, close] = object === undefined ? [site.start, site.end] : [object.start + 1, object.end - 1];
  return { target, before: entries[at - 1], after: entries[at + 1], open, close };
}

function nested(text: string, site: Site, { name, into, entries }: Extract<Change, { kind: "nest" }>): TextEdit {
  const members = entries.map(({ from, to }) => {
    return `${JSON.stringify(to)}: ${nestedValue(text, siblings(site, from).target)}`;
  });
  const { start, end } = siblings(site, name).target;
  return { start, end, text: `${JSON.stringify(into)}: { ${members.join(", ")} }` };
}

function insertion(
  text: string,
  { target, before, open }: Siblings,
  change: Extract<Change, { kind: "insert" }>,
): TextEdit {
  const [, colon = ": "] = /^"(?:[^"\\]|\\.)*"(\s*:\s*)/.exec(text.slice(target.start, target.end)) ?? [];
  const member = `${JSON.stringify(change.name)}${colon}${JSON.stringify(change.value)}`;
  const lead = leadingSpace(text, before?.end ?? open, target.start);
  return change.side === "after"
    ? { start: target.end, end: target.end, text: `,${lead}${member}` }
    : { start: target.start, end: target.start, text: `${member},${lead}` };
}

/** Returns the white space between a member and the comma or brace before it. */
function leadingSpace(text: string, from: number, to: number): string {
  const gap = text.slice(from, to);
  return gap.slice(gap.indexOf(",") + 1);
}

/** Removes a member with a comma: the one after it for the first member, the one before it for others. */
function removal({ target, before, after, open, close }: Siblings): TextEdit {
  if (before !== undefined) return { start: before.end, end: target.end, text: "" };
  if (after !== undefined) return { start: target.start, end: after.start, text: "" };
  return { start: open, end: close, text: "" };
}
