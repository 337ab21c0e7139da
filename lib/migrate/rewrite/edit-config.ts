import type { Token } from "../../hcl/syntax";
import type { Locking } from "../../policy/access-level";
import type { Member, Written } from "../../typescript/syntax";
import type { Site } from "../scan/site";
import type { TextEdit } from "./text-edit";

/** A config's text with its tokens, and the consumer in it that is changed. */
interface Source {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly object: Written & { readonly kind: "object" };
}

/**
 * The edits that make a consumer lock in another way: its own `locking` is changed where it stands, comes behind its
 * other fields where there is none, and goes where the consumer then locks so by default.
 */
export function lockingEdits(text: string, tokens: readonly Token[], site: Site, to: Locking): TextEdit[] {
  const { written: object, standard } = site.consumer ?? {};
  if (object?.kind !== "object") throw new Error(`no consumer is written out in line ${String(site.line)}`);
  const source = { text, tokens, object };
  const own = object.members.find(({ name }) => name === "locking");
  if (own === undefined) return insertion(source, to);
  const isStandard = standard !== undefined && "value" in standard && standard.value === to;
  return isStandard && !holdsComment(source, own) ? removal(source, own) : [replacement(own.value, to)];
}

function replacement(value: Written, to: Locking): TextEdit {
  const quote = value.kind === "text" ? value.quote : '"';
  return { start: value.start, end: value.end, text: `${quote}${to}${quote}` };
}

function insertion(source: Source, to: Locking): TextEdit[] {
  const { text, object } = source;
  const last = object.members.at(-1);
  if (last === undefined) throw new Error("a consumer without a name");
  const written = field(object, last, to);
  const comma = commaAfter(source, last);
  const indent = indentOf(text, last.start);
  const at = endOfRest(source, comma?.end ?? last.end);
  const [eol] = /^(?:\r\n|\n)/.exec(text.slice(at)) ?? [];
  if (indent === undefined || eol === undefined) return [{ start: last.end, end: last.end, text: `, ${written}` }];
  const line = { start: at, end: at, text: `${eol}${indent}${written}${comma === undefined ? "" : ","}` };
  return comma === undefined ? [{ start: last.end, end: last.end, text: "," }, line] : [line];
}

/** As the consumer's other fields are written. */
function field({ members }: Source["object"], last: Member, to: Locking): string {
  const name = members.find((member) => member.name === "name")?.value;
  const quote = name?.kind === "text" && name.quote === "'" ? "'" : '"';
  const nameQuote = last.nameQuote ?? "";
  return `${nameQuote}locking${nameQuote}: ${quote}${to}${quote}`;
}

function removal(source: Source, own: Member): TextEdit[] {
  const { text, object } = source;
  const at = object.members.indexOf(own);
  const [before, after] = [object.members[at - 1], object.members[at + 1]];
  const comma = commaAfter(source, own);
  const earlier = before === undefined ? undefined : commaAfter(source, before);
  // The last one's comma is that of the one before it, unless it has its own.
  const orphan = comma === undefined && earlier !== undefined ? [{ ...spanOf(earlier), text: "" }] : [];
  const end = comma?.end ?? own.end;
  const [blank] = /^[ \t]*/.exec(text.slice(end)) ?? [""];
  const [eol] = /^(?:\r\n|\n)/.exec(text.slice(end + blank.length)) ?? [];
  const indent = indentOf(text, own.start);
  if (indent !== undefined && eol !== undefined) {
    const line = { start: own.start - indent.length, end: end + blank.length + eol.length, text: "" };
    return [...orphan, line];
  }
  if (after === undefined && before !== undefined && !hasComment(source, before.end, own.start))
    return [{ start: before.end, end: own.end, text: "" }];
  if (after !== undefined && indent === undefined && !hasComment(source, own.end, after.start))
    return [{ start: own.start, end: after.start, text: "" }];
  return [...orphan, { start: own.start, end: end + blank.length, text: "" }];
}

function spanOf({ start, end }: Token): { start: number; end: number } {
  return { start, end };
}

function commaAfter({ tokens, object }: Source, member: Member): Token | undefined {
  const next = tokens.find(({ type, start }) => start >= member.end && type !== "comment");
  return next?.type === "CommaToken" && next.end < object.end ? next : undefined;
}

/** Behind the comments that share a line with what ends at `from`. */
function endOfRest(source: Source, from: number): number {
  const { text, tokens } = source;
  const [blank] = /^[ \t]*/.exec(text.slice(from)) ?? [""];
  const comment = tokens.find(({ type, start }) => type === "comment" && start === from + blank.length);
  if (comment === undefined || /[\r\n]/.test(text.slice(comment.start, comment.end))) return from + blank.length;
  return endOfRest(source, comment.end);
}

/** White space before a place, where there is nothing else on its line. */
function indentOf(text: string, at: number): string | undefined {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return /^[ \t]*$/.test(line) && at !== line.length ? line : undefined;
}

function holdsComment(source: Source, { start, end }: Member): boolean {
  return hasComment(source, start, end);
}

function hasComment({ tokens }: Source, start: number, end: number): boolean {
  return tokens.some((token) => token.type === "comment" && token.start >= start && token.end <= end);
}
