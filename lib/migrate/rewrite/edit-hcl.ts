import type { Attribute } from "../../hcl/syntax";
import type { Change } from "./changes";
import { indentOf, lineAt, newline, type HclText } from "./hcl-text";
import { nestedValue } from "../scan/obstacle/flat-role";
import type { LogicalLine } from "./logical-lines";
import { removalEdit } from "./remove-hcl";
import { argument, type Site } from "../scan/source/site";
import type { TextEdit } from "./text-edit";

/** Returns the edit for one change in native syntax. An inserted argument is laid out like the one beside it. */
export function hclEdit(source: HclText, site: Site, change: Change): TextEdit {
  if (change.kind === "assign") return assignment(source, site, change.name);
  if (change.kind === "insert") return insertion(source, site, change, present(site, change.beside));
  const target = present(site, change.name);
  if (change.kind === "remove") return removalEdit(source, target);
  if (change.kind === "nest")
    return { start: target.start, end: target.end, text: nested(source, site, change, target) };
  return { start: target.value.start, end: target.value.end, text: String(change.value) };
}

function present(site: Site, name: string): Attribute {
  const found = argument(site, name);
  if (found === undefined) throw new Error(`${name} is not in line ${String(site.line)}`);
  return found;
}

/** Puts an equal sign between the type of a block and its brace. */
function assignment({ text }: HclText, site: Site, name: string): TextEdit {
  const block = site.blocks?.find(({ type }) => type === name);
  if (block === undefined) throw new Error(`${name} does not begin a block at line ${String(site.line)}`);
  const at = block.start + name.length;
  return { start: at, end: at, text: text[at] === "{" ? " = " : " =" };
}

/** Returns the object on one line for one entry, and otherwise with a line for each. */
function nested(source: HclText, site: Site, change: Extract<Change, { kind: "nest" }>, target: Attribute): string {
  const line = lineAt(source.lines, target.start);
  const entries = change.entries.map(({ from, to }) => {
    return `${to} = ${nestedValue(source.text, present(site, from))}`;
  });
  if (entries.length === 1 || sharesLine(line, site)) return `${change.into} = { ${entries.join(", ")} }`;
  const [eol, outer] = [newline(source, line), indentOf(source.text, line)];
  const inner = outer + (outer.startsWith("\t") ? "\t" : "  ");
  return `${change.into} = {${eol}${entries.map((entry) => inner + entry + eol).join("")}${outer}}`;
}

function insertion(
  source: HclText,
  site: Site,
  change: Extract<Change, { kind: "insert" }>,
  beside: Attribute,
): TextEdit {
  const { text, lines } = source;
  const line = lineAt(lines, change.side === "after" ? beside.end : beside.start);
  const written = hclArgument(source, change, beside);
  if (sharesLine(line, site)) return inNewLines(source, site, line, written, change.side);
  const indent = indentOf(text, line);
  if (change.side === "before") {
    return { start: line.start, end: line.start, text: indent + written + newline(source, line) };
  }
  const at = line.end + line.eol.length;
  const own = indent + written;
  return { start: at, end: at, text: line.eol === "" ? newline(source, line) + own : own + line.eol };
}

/** True if a brace of the block is on the line of the argument, so that no line fits between them. */
function sharesLine(line: LogicalLine, site: Site): boolean {
  return line.tokens.some((token) => token.end === site.start || token.start === site.end);
}

/** Turns `{ a = 1 }`, which may hold only one argument, into a block of several lines. */
function inNewLines(
  source: HclText,
  site: Site,
  line: LogicalLine,
  written: string,
  side: "before" | "after",
): TextEdit {
  const eol = newline(source, line);
  const outer = indentOf(source.text, line);
  const inner = outer + (outer.startsWith("\t") ? "\t" : "  ");
  const there = source.text.slice(site.start, site.end).trim();
  const rows = side === "after" ? [there, written] : [written, there];
  return { start: site.start, end: site.end, text: eol + rows.map((row) => inner + row + eol).join("") + outer };
}

/** Returns `name = value` with its equal sign below the one of its neighbour, or with the same spacing; `:` in an object with `:`. */
function hclArgument(source: HclText, change: Extract<Change, { kind: "insert" }>, beside: Attribute): string {
  const within = source.tokens.filter((token) => token.start >= beside.start && token.end <= beside.end);
  const at = within.findIndex(({ type }) => type === "=" || type === ":");
  const [name, equals, value] = [within[0], within[at], within[at + 1]];
  if (name === undefined || equals === undefined || value === undefined) throw new Error("an argument without a value");
  const before = source.text.slice(name.end, equals.start);
  const after = source.text.slice(equals.end, value.start);
  const column = name.end - name.start + before.length;
  const gap = /^ +$/.test(before)
    ? " ".repeat(Math.max(1, column - change.name.length))
    : /^\s*$/.test(before)
      ? before
      : " ";
  const text = typeof change.value === "string" ? JSON.stringify(change.value) : String(change.value);
  return `${change.name}${gap}${source.text.slice(equals.start, equals.end)}${value.type === "comment" ? " " : after}${text}`;
}
