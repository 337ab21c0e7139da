import { plainText } from "../../lib/text/plain-text";
import type { Output } from "./output";
import { plainColumns } from "./plain-columns";

/**
 * Returns rows in columns. On a terminal that is too narrow for them, returns a block for each row with a line for each
 * cell. Text for a file or a pipe always keeps its columns.
 */
export function fittingColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { isTerminal, columns, colors }: Output,
): string {
  const table = plainColumns(head, rows);
  if (!isTerminal || table.split("\n").every((line) => line.length <= columns)) return table;
  const [, ...titles] = head;
  const width = Math.max(...titles.map((title) => title.length));
  const blocks = rows.map(([first = "", ...rest]) => {
    const lines = rest.map(
      (cell, at) => `  ${colors.dim((titles[at] ?? "").toLowerCase().padEnd(width))} ${plainText(cell, Infinity)}\n`,
    );
    return `${colors.bold(plainText(first, Infinity))}\n${lines.join("")}`;
  });
  return blocks.join("\n");
}
