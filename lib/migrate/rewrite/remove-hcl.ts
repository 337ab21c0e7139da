import type { Attribute, Span, Token } from "../../hcl/syntax";
import { joinComments, runsToEnd } from "./comments";
import { indentOf, lineAt, newline, type HclText } from "./hcl-text";
import type { TextEdit } from "./text-edit";

/**
 * Returns the edit that removes an argument of a block, or an entry of an object, with its comma. If nothing else is on its
 * lines, the lines go too. Comments stay, also comments inside the argument.
 */
export function removalEdit(source: HclText, { start, end }: Attribute): TextEdit {
  const span = withComma(source.tokens, { start, end });
  const first = lineAt(source.lines, span.start);
  const last = lineAt(source.lines, span.end);
  const around = source.tokens.filter((token) => token.start >= first.start && token.end <= last.end + last.eol.length);
  const comments = around.filter(({ type }) => type === "comment");
  const isAlone = around.every((token) => isInside(token, span) || token.type === "comment");
  if (!isAlone) return withinLine(source, span);

  const eol = newline(source, first);
  const indent = indentOf(source.text, first);
  if (comments.length > 0) {
    return { start: first.start, end: last.end, text: indent + joinComments(source.text, comments, eol, indent) };
  }
  const previous = source.lines[source.lines.indexOf(first) - 1];
  // The last line has no newline. Remove the one before it, so that the text still ends without a newline.
  if (last.eol === "" && previous !== undefined) return { start: previous.end, end: last.end, text: "" };
  return { start: first.start, end: last.end + last.eol.length, text: "" };
}

/** Extends a span by the comma after it. */
function withComma(tokens: readonly Token[], span: Span): Span {
  const code = tokens.filter(({ type }) => type !== "comment");
  const after = code.find((token) => token.start >= span.end);
  return after?.type === "," ? { start: span.start, end: after.end } : span;
}

/** Removes the span and the white space on one side of it, and keeps the rest of the line. */
function withinLine(source: HclText, span: Span): TextEdit {
  const { text, tokens, lines } = source;
  const inner = tokens.filter((token) => token.type === "comment" && isInside(token, span));
  const before = tokens.findLast((token) => token.end <= span.start);
  const after = tokens.find((token) => token.start >= span.end);
  if (before === undefined || after === undefined) throw new Error("an argument that is not inside braces");
  const last = lineAt(lines, span.end);
  const kept = joinComments(text, inner, newline(source, last), indentOf(text, last));
  const tail = inner.at(-1);
  const open = tail !== undefined && runsToEnd(text, tail) ? newline(source, last) + indentOf(text, last) : "";
  if (inner.length > 0) return { ...span, text: kept + open };
  if (isOpening(before) && isClosing(after)) return { start: before.end, end: after.start, text: "" };
  const isFollowed = lineAt(lines, after.start) === last && !isClosing(after);
  if (isFollowed) return { start: span.start, end: after.start, text: "" };
  const comma = before.type === "," ? before : undefined;
  const previous = comma === undefined ? before : tokens.findLast((token) => token.end <= comma.start);
  const isCommaOnLine = comma !== undefined && lineAt(lines, comma.start) === lineAt(lines, span.start);
  return { start: (isCommaOnLine ? previous : before)?.end ?? span.start, end: span.end, text: "" };
}

function isOpening({ type }: Token): boolean {
  return type === "{" || type.endsWith("_start");
}

function isClosing({ type }: Token): boolean {
  return type === "}" || type.endsWith("_end");
}

function isInside(token: Span, span: Span): boolean {
  return token.start >= span.start && token.end <= span.end;
}
