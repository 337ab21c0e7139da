/** A number with an exponent and without a fraction, such as `1e5`. The grammar with positions does not know it. */
const EXPONENT = /(?<![\w.])\d+[eE][-+]?\d+(?!\w)/g;

/** Replaces such numbers by others of the same length, so that every position stays the same. */
export function withoutExponents(text: string): string {
  return text.replace(EXPONENT, (number) => "1".repeat(number.length));
}
