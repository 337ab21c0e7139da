import { plainText } from "../../lib/text/plain-text";

/**
 * Returns rows in columns, each on one line however long, for long lists that people search and cut. For short tables use
 * `tableText`, which wraps.
 */
export function plainColumns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows.map((row) => row.map((cell) => plainText(cell, Infinity)))];
  const widths = head.map((_, column) => lines.reduce((width, line) => Math.max(width, line[column]?.length ?? 0), 0));
  const text = (line: readonly string[]): string => line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ");
  return lines.map((line) => `${text(line).trimEnd()}\n`).join("");
}
