/** JSON strings, which are passed over, and numbers of 16 characters and more, which JavaScript may not tell apart. */
const STRING_OR_LONG_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]{15,}/g;

/** What a long number is kept as: no string that a provider would write begins so. */
const MARK = "\u0000number ";

/**
 * Reads JSON so that numbers that differ stay different: Terraform's have up to 512 bits, JavaScript's 53. Long ones come
 * back as strings that begin with a mark.
 * @throws SyntaxError, whose message holds part of the text and is not to be shown
 */
export function parseExactJson(text: string): unknown {
  if (!/\d[\d.eE+-]{15,}/.test(text)) return JSON.parse(text);
  const mark = JSON.stringify(MARK).slice(0, -1);
  return JSON.parse(
    text.replace(STRING_OR_LONG_NUMBER, (token) => (token.startsWith('"') ? token : `${mark}${token}"`)),
  );
}

/** A value for people and for JSON: long numbers as strings of their digits. */
export function withoutMarks(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith(MARK) ? value.slice(MARK.length) : value;
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMarks(inner)]));
}
