import { COMPUTED, type KnownValue } from "./known-value";

/** The operators with two sides, those that bind least first. */
export const OPERATORS = [["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"]];

/** Returns the value of an operation with two sides, as far as both decide it. */
export function combined(sign: string, left: KnownValue, right: KnownValue): KnownValue {
  if (sign === "||" || sign === "&&") {
    const decisive = sign === "||";
    if (left === decisive || right === decisive) return decisive;
    return typeof left === "boolean" && typeof right === "boolean" ? !decisive : COMPUTED;
  }
  const isPlain = [left, right].every(
    (value) => value === null || ["string", "number", "boolean"].includes(typeof value),
  );
  if (!isPlain) return COMPUTED;
  if (sign === "==") return left === right;
  if (sign === "!=") return left !== right;
  if (typeof left !== "number" || typeof right !== "number") return COMPUTED;
  const results: Readonly<Record<string, KnownValue>> = {
    "<": left < right,
    ">": left > right,
    "<=": left <= right,
    ">=": left >= right,
    "+": left + right,
    "-": left - right,
    "*": left * right,
    "/": left / right,
    "%": left % right,
  };
  return results[sign] ?? COMPUTED;
}
