import Table from "cli-table3";
import { stripVTControlCharacters } from "node:util";
import type { Output } from "./output";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Its minimum width in characters. Columns that grow share the remaining width. */
  readonly width: number;
  /** @default false */
  readonly grows?: boolean;
}

const SIDES = ["top", "bottom", "left", "right", "mid"];
const NO_LINES = Object.fromEntries(
  ["", "-mid", "-left", "-right"].flatMap((end) => SIDES.map((side) => [side + end, ""])),
);

/** Matches characters that take two columns in a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

/** Returns the minimum width of a table, in characters. */
function tableWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width + 1, 0);
}

/** Returns a table without lines, at most `width` characters wide. It wraps long cells and never cuts them. */
function tableText(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string {
  const growing = columns.filter(({ grows }) => grows === true).length;
  const share = growing === 0 ? 0 : Math.max(0, Math.floor((width - tableWidth(columns)) / growing));
  const widths = columns.map((column) => column.width + (column.grows === true ? share : 0));
  const table = new Table({
    head: columns.map(({ title }) => title.toUpperCase()),
    colWidths: widths,
    chars: { ...NO_LINES, middle: " " },
    style: { "padding-left": 0, "padding-right": 1, head: [], border: [] },
  });
  table.push(...rows.map((row) => row.map((cell, at) => wrapped(cell, (widths[at] ?? 2) - 1))));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/**
 * Returns the rows as a table, if the terminal is wide enough for it. A pipe or a file gets one line for each row, never
 * folded, so that programs can search it.
 */
export function recordTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  output: Output,
): string | undefined {
  if (!output.isTerminal) return linesOf(columns, rows);
  return output.columns >= tableWidth(columns) ? tableText(columns, rows, output.columns) : undefined;
}

function linesOf(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [
    columns.map(({ title }) => title.toUpperCase()),
    ...rows.map((row) => row.map((cell) => cell.replaceAll("\n", ", "))),
  ];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => columnsOf(line[at] ?? ""))));
  const padded = (cell: string, at: number): string => cell + " ".repeat((widths[at] ?? 0) - columnsOf(cell));
  return lines.map((line) => line.map(padded).join("  ").trimEnd()).join("\n");
}

/** Breaks lines between words, and a word longer than a line at the end of the line. */
function wrapped(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => {
      const lines: string[] = [""];
      for (const word of line.split(" ").flatMap((part) => pieces(part, width))) {
        const last = lines.at(-1) ?? "";
        if (last === "") lines[lines.length - 1] = word;
        else if (columnsOf(last) + 1 + columnsOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(word);
      }
      return lines.join("\n");
    })
    .join("\n");
}

function pieces(word: string, width: number): string[] {
  if (columnsOf(word) <= width) return [word];
  const found = [""];
  for (const character of word) {
    const last = found.at(-1) ?? "";
    if (columnsOf(last + character) > width) found.push(character);
    else found[found.length - 1] = last + character;
  }
  return found;
}

function columnsOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}
