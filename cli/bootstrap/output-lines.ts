import type { HomeOutput } from "../../lib/bootstrap/home-outputs";
import { plainJson, plainText } from "../../lib/text/plain-text";

/** Returns the lines that show each output: what to do with it, then its value. */
export function outputLines(outputs: readonly HomeOutput[]): string[] {
  return outputs.flatMap(({ name, value, next }) => [
    `${name}: ${next}`,
    ...valueLines(value).map((line) => `    ${line}`),
  ]);
}

/** Returns a line for each entry of a list or an object. */
function valueLines(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(inLine);
  if (typeof value !== "object" || value === null) return [inLine(value)];
  return Object.entries(value).map(([name, one]) => `${plainText(name)}  ${inLine(one)}`);
}

function inLine(value: unknown): string {
  return typeof value === "string" ? plainText(value, Infinity) : plainJson(value);
}
