import type { Token } from "../../hcl/syntax";
import type { LogicalLine } from "./logical-lines";

/** A text with its tokens and lines. */
export interface HclText {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly lines: readonly LogicalLine[];
}

/** Returns the line that holds an offset. */
export function lineAt(lines: readonly LogicalLine[], offset: number): LogicalLine {
  const line = lines.find((each) => offset <= each.end + each.eol.length - (each.eol === "" ? 0 : 1));
  if (line === undefined) throw new Error(`no line at ${String(offset)}`);
  return line;
}

/** Returns the white space at the start of a line. */
export function indentOf(text: string, line: LogicalLine): string {
  return text.slice(line.start, line.tokens[0]?.start ?? line.end);
}

/** Returns the newline of a line; for the last line, the first newline of the text. */
export function newline(source: HclText, line: LogicalLine): string {
  return line.eol === "" ? (source.lines.find(({ eol }) => eol !== "")?.eol ?? "\n") : line.eol;
}
