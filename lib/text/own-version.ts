import { version } from "../../package.json";

/** The version of Statelock that runs. */
export const OWN_VERSION: string = version;

/** True if `version` comes after `other`. Compares the three numbers, so a pre-release counts as its release. */
export function isNewerVersion(version: string, other: string): boolean {
  const [left, right] = [numbersOf(version), numbersOf(other)];
  const at = left.findIndex((number, index) => number !== right[index]);
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0);
}

function numbersOf(version: string): number[] {
  const [, ...numbers] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return numbers.map(Number);
}
