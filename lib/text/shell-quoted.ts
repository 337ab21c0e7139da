import { plainText } from "./plain-text";

/** Quotes one word of a shell command, safe to print and to paste. Uses bash's `$'…'` for unsafe characters. */
export function shellQuoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (plainText(text, Infinity) !== text) return `$'${plainText(text.replace(/[\\']/g, "\\$&"), Infinity)}'`;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
