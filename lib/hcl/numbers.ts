import { SyntaxProblem } from "./syntax";

/** A number with an exponent and without a fraction, such as `1e5`. The grammar with positions does not know it. */
const EXPONENT = /(?<![\w.])\d+[eE][-+]?\d+(?!\w)/g;

/** Numbers that take HashiCorp's parser minutes or longer: it computes each digit. */
const HUGE = /(?<![\w.])(?:\d+(?:\.\d+)?[eE][-+]?\d{5,}|[\d.]{5000,})(?!\w)/;

/** Replaces such numbers by others of the same length, so that every position stays the same. */
export function withoutExponents(text: string): string {
  return text.replace(EXPONENT, (number) => "1".repeat(number.length));
}

/** Returns a problem if the text has a number that a parser could not compute in reasonable time. */
export function hugeNumber(text: string): SyntaxProblem | undefined {
  const code = text.replace(/"(?:[^"\\\n]|\\.)*"/g, (quoted) => " ".repeat(quoted.length));
  const found = HUGE.exec(code);
  return found === null
    ? undefined
    : new SyntaxProblem(code.slice(0, found.index).split("\n").length, "has a number that is too long to compute");
}
