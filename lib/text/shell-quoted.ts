import { plainText } from "./plain-text";

/**
 * Returns one word of a shell command, quoted so that it is safe to print, and to paste into bash, dash and zsh. A word
 * with unsafe characters becomes `"$(printf '…')"` with octal bytes: only bash and zsh know `$'…'`.
 */
export function shellQuoted(text: string): string {
  // zsh replaces a word that begins with "=" by the path of a program.
  if (/^(?!=)[\w@%+=:,./-]+$/.test(text)) return text;
  const [, body = "", newlines = ""] = /^([^]*?)((?<!\n)\n*)$/.exec(text) ?? [];
  // A command substitution drops the newlines at its end.
  if (newlines !== "") return `${body === "" ? "" : shellQuoted(body)}'${newlines}'`;
  if (plainText(text, Infinity) !== text) return `"$(printf '${printfFormat(text)}')"`;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Returns a format of printf: letters, digits and a few signs stand for themselves, every other byte is octal. */
function printfFormat(text: string): string {
  return text.replace(/[^\w@+=:,./ ]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
  );
}
