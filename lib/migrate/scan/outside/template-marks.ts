/** What template languages write into a text: `{{ x }}`, `{% if x %}`, `{# x #}`, `<%= x %>`, `<NAME>`. */
const MARK = /\{\{[^\n]{0,200}?\}\}|\{%[^\n]{0,200}?%\}|\{#[^\n]{0,200}?#\}|<%[^\n]{0,200}?%>|<[A-Za-z][\w -]{0,100}>/g;

/** The same, and what `templatefile` of Terraform fills in. */
const ANY_MARK = new RegExp(`${MARK.source}|[$%]\\{[^\\n{}]{0,200}\\}|@[A-Z][A-Z0-9_]+@`, "g");

/**
 * Returns a text whose template marks are replaced by code of the same length, so that a parser can read the rest. Undefined for
 * a text without marks.
 */
export function withoutMarks(text: string, syntax: "hcl" | "json"): string | undefined {
  const isMarked = new RegExp(MARK.source).test(text);
  if (!isMarked) return undefined;
  const filler = syntax === "json" ? "1" : "x";
  return text
    .split("\n")
    .map((line) => {
      const isCode = isOnlyMarks(line, MARK);
      return line.replace(MARK, (mark) => (isCode ? " " : filler).repeat(mark.length));
    })
    .join("\n");
}

function isOnlyMarks(line: string, marks: RegExp): boolean {
  return line.trim() !== "" && line.replace(marks, "").trim() === "";
}

/** A text without its template marks, and what each of them was. */
export interface Unmarked {
  readonly text: string;
  readonly marks: readonly { readonly mark: string; readonly filler: string }[];
}

/** The letters that take the place of marks, one for each: Latin letters that people rarely write. */
const [FIRST, LAST] = [0x100, 0x17f];
const LETTER = /[\u0100-\u017f]/;

/**
 * Replaces each template mark by letters of its own and of the same length, and a line of marks alone by a comment, so that the
 * text can be rewritten and the marks put back. Undefined if the text has such letters or more marks than there are letters.
 */
export function unmarked(text: string): Unmarked | undefined {
  if (LETTER.test(text)) return undefined;
  const marks: { mark: string; filler: string }[] = [];
  const code = text
    .split("\n")
    .map((line) => {
      const start = isOnlyMarks(line, ANY_MARK) ? "#" : "";
      return line.replace(ANY_MARK, (mark) => {
        const letter = String.fromCharCode(FIRST + marks.length);
        const filler = start + letter.repeat(mark.length - start.length);
        marks.push({ mark, filler });
        return filler;
      });
    })
    .join("\n");
  return marks.length > LAST - FIRST ? undefined : { text: code, marks };
}

/** Puts the marks back into a changed text. Undefined if one of them is not there exactly once, in the same order. */
export function withMarks(text: string, marks: Unmarked["marks"]): string | undefined {
  let [whole, rest] = ["", text];
  for (const { mark, filler } of marks) {
    const [before, after, ...more] = rest.split(filler);
    if (before === undefined || after === undefined || more.length > 0) return undefined;
    whole += before + mark;
    rest = after;
  }
  return LETTER.test(whole + rest) ? undefined : whole + rest;
}

/** True if a piece of an unmarked text has the place of a mark. */
export function hasMark(text: string): boolean {
  return LETTER.test(text);
}
