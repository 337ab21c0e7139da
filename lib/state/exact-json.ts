/**
 * Matches JSON strings, which are skipped, and numbers of 16 or more characters, which JavaScript may not tell apart. A
 * string without an end reaches to the end of the text: to look for its end at each quote would take forever.
 */
const STRING_OR_LONG_NUMBER = /"[^"\\]*(?:\\[^][^"\\]*)*"?|-?\d[\d.eE+-]{15,}/g;

/** Start of the string that stands for a long number. No provider writes a string that starts with it. */
const MARK = "\u0000number ";

/**
 * Parses JSON so that numbers that differ stay different: Terraform's have up to 512 bits, JavaScript's 53. A long number
 * becomes a string that starts with a mark.
 * @throws SyntaxError whose message holds part of the text: never show it
 */
export function parseExactJson(text: string): unknown {
  if (!/\d[\d.eE+-]{15,}/.test(text)) return JSON.parse(text);
  const mark = JSON.stringify(MARK).slice(0, -1);
  return JSON.parse(
    text.replace(STRING_OR_LONG_NUMBER, (token) => (token.startsWith('"') ? token : `${mark}${token}"`)),
  );
}

/** Returns the number that a marked string stands for, rounded as JavaScript does; any other value as it is. */
export function roundedNumber(value: unknown): unknown {
  return typeof value === "string" && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value;
}
