import type { Token } from "../../hcl/syntax";
import type { LogicalLine } from "./logical-lines";
import type { TextEdit } from "./text-edit";

/** The columns of a line for `terraform fmt`: before `=`, from `=` on, and a comment at the end. */
interface Cells {
  readonly lead: readonly Token[];
  readonly assign: readonly Token[];
  readonly comment: Token | undefined;
}

const BRACKETS: Readonly<Record<string, number>> = {
  "{": 1,
  block_start: 1,
  object_start: 1,
  "[": 1,
  tuple_start: 1,
  "(": 1,
  template_interpolation_start: 1,
  template_directive_start: 1,
  "}": -1,
  block_end: -1,
  object_end: -1,
  "]": -1,
  tuple_end: -1,
  ")": -1,
  template_interpolation_end: -1,
  template_directive_end: -1,
};

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * Returns the edits that align equal signs and trailing comments of neighbouring lines, as `terraform fmt` does. Aligned
 * lines need no edit. Source: github.com/hashicorp/hcl/v2, hclwrite/format.go, linesForFormat and formatCells
 */
export function alignmentEdits(text: string, lines: readonly LogicalLine[]): TextEdit[] {
  const cells = splitLines(text, lines);
  const gaps = new Map<Token, number>();
  const width = (line: number, last: Token | undefined): number =>
    last === undefined ? 0 : columns(text.slice(lines[line]?.start ?? 0, last.end));

  const equalSigns = cells.map(
    ({ lead, assign: [equals] }, line) => equals && { token: equals, before: width(line, lead.at(-1)) },
  );
  for (const [token, gap] of columnGaps(equalSigns)) gaps.set(token, gap);

  const comments = cells.map(({ lead, assign, comment }, line) => {
    const [equals] = assign;
    if (comment === undefined) return undefined;
    if (equals === undefined) return { token: comment, before: width(line, lead.at(-1)) };
    const gap = equals.start - (lead.at(-1)?.end ?? 0);
    return { token: comment, before: width(line, assign.at(-1)) - gap + (gaps.get(equals) ?? gap) };
  });
  for (const [token, gap] of columnGaps(comments)) gaps.set(token, gap);
  return gapEdits(text, lines, gaps);
}

/** A token that starts a column, and the width of the line before it. */
interface Cell {
  readonly token: Token;
  readonly before: number;
}

/** Returns the gap before each cell that aligns the cells of consecutive lines. */
function columnGaps(cells: readonly (Cell | undefined)[]): [Token, number][] {
  const runs: Cell[][] = [[]];
  for (const cell of cells) {
    if (cell === undefined) runs.push([]);
    else runs.at(-1)?.push(cell);
  }
  return runs.flatMap((run) => {
    const widest = Math.max(...run.map(({ before }) => before));
    return run.map(({ token, before }): [Token, number] => [token, widest - before + 1]);
  });
}

/** Splits lines into cells. A line inside a heredoc is one lead cell. */
function splitLines(text: string, lines: readonly LogicalLine[]): Cells[] {
  let heredocs = 0;
  return lines.map((line, index) => {
    const inside = heredocs > 0;
    heredocs += heredocChange(line.tokens);
    if (inside) return { lead: line.tokens, assign: [], comment: undefined };
    return cellsOf(text, line.tokens, index === lines.length - 1);
  });
}

function heredocChange(tokens: readonly Token[]): number {
  const opened = tokens.filter(({ type }) => type === "<<" || type === "<<-").length;
  // A heredoc has its identifier twice: where it opens and where it closes.
  return opened === 0 && !tokens.some(({ type }) => type === "heredoc_identifier")
    ? 0
    : 2 * opened - tokens.filter(({ type }) => type === "heredoc_identifier").length;
}

function cellsOf(text: string, tokens: readonly Token[], atEnd: boolean): Cells {
  const last = tokens.at(-1);
  const isLineComment = last?.type === "comment" && (atEnd || !text.startsWith("/*", last.start));
  const comment = isLineComment && tokens.length > 1 ? last : undefined;
  const code = comment === undefined ? tokens : tokens.slice(0, -1);
  const equals = code.findIndex(({ type }, index) => index > 0 && type === "=");
  const net = equals === -1 ? 1 : code.slice(equals).reduce((sum, { type }) => sum + (BRACKETS[type] ?? 0), 0);
  return net === 0
    ? { lead: code.slice(0, equals), assign: code.slice(equals), comment }
    : { lead: code, assign: [], comment };
}

function gapEdits(text: string, lines: readonly LogicalLine[], gaps: ReadonlyMap<Token, number>): TextEdit[] {
  return lines.flatMap(({ tokens }) =>
    tokens.flatMap((token, index) => {
      const wanted = gaps.get(token);
      const before = tokens[index - 1];
      if (wanted === undefined || before === undefined) return [];
      const gap = " ".repeat(wanted);
      return text.slice(before.end, token.start) === gap ? [] : [{ start: before.end, end: token.start, text: gap }];
    }),
  );
}

/** Counts columns as HCL does: one for each grapheme. */
function columns(text: string): number {
  // Most lines are ASCII, where every character is one grapheme.
  if (/^[\x00-\x0c\x0e-\x7f]*$/.test(text)) return text.length;
  return [...graphemes.segment(text)].length;
}
