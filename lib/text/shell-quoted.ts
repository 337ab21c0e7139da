import { plainText } from "./plain-text";

/** One word of a shell command, safe to print and to paste: bash's `$'…'` where it holds what no terminal should get. */
export function shellQuoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (plainText(text, Infinity) !== text) return `$'${plainText(text.replace(/[\\']/g, "\\$&"), Infinity)}'`;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
