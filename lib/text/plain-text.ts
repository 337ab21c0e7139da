/** Characters that move the cursor, or colour, hide or reorder text: control and format characters, separators, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** Text that is safe as a whole. Most text is, and this is found several times as fast as the characters above. */
const PLAIN = /^[ -~\n]*$/;

/** True for printable ASCII and new lines, and nothing else. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/**
 * Returns text from outside so that it is safe on one line of a terminal: unsafe characters become `\uXXXX`.
 * @param limit number of characters to keep
 */
export function plainText(text: string, limit = 500): string {
  const safe = text.replace(UNSAFE, escaped);
  return safe.length > limit ? `${safe.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…` : safe;
}

/** Text of several lines from outside, each line as {@link plainText} makes it, however long. */
export function plainLines(text: string): string {
  return text
    .split("\n")
    .map((line) => plainText(line, Infinity))
    .join("\n");
}

/** Returns the value as JSON on one line that is safe to print. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
}
