import { FLOORS } from "../../../engine/floors";
import { remembered } from "../../../text/remembered";
import type { FileKind } from "../source/file-kind";

/**
 * The lowest versions that lock correctly with a file. Terraform 1.10.0 fails on a bucket with Object Lock. OpenTofu 1.10.1
 * sends the lock without the encryption header.
 * Source: https://github.com/hashicorp/terraform/pull/36120, https://github.com/opentofu/opentofu/issues/2970
 */
export const VERSION_FLOORS: Readonly<Record<FileKind["tool"], string>> = {
  terraform: FLOORS.lockfile.terraform,
  opentofu: FLOORS.lockfile.tofu,
};

/**
 * Compares the allowed versions with the floor. `met`: all of them reach it. `allows-older`: some do. `too-old`: not one
 * does. `undeclared`: there is no constraint. `unreadable`: the constraint does not parse.
 */
export type FloorVerdict = "met" | "allows-older" | "too-old" | "undeclared" | "unreadable";

type Version = readonly [number, number, number];
interface Bound {
  readonly version: Version;
  readonly inclusive: boolean;
}

/** Judges all `required_version`s of a root together, because a version must satisfy each of them. */
export function floorVerdict(required: readonly string[], floorText: string): FloorVerdict {
  if (required.length === 0) return "undeclared";
  const floor = parseVersion(floorText)?.version;
  const ranges = rangesOf(required.flatMap((constraints) => constraints.split(",")));
  if (floor === undefined || ranges === undefined) return "unreadable";
  const enough = notExcluded(floor, ranges);
  if (!ranges.every(({ upper }) => upper === undefined || reaches(upper, enough))) return "too-old";
  const lowest = lowestOf(ranges);
  return lowest !== undefined && compare(lowest, floor) >= 0 ? "met" : "allows-older";
}

/** Returns the lowest version that a `required_version` allows. Undefined if it has no lower bound, or does not parse. */
export function lowestAllowed(constraints: string): string | undefined {
  return lowestOf(rangesOf(constraints.split(",")) ?? [])?.join(".");
}

interface Range {
  readonly lower?: Version;
  readonly upper?: Bound;
  readonly excluded?: Version;
}

function rangesOf(constraints: readonly string[]): Range[] | undefined {
  const ranges = constraints.map(range).filter((each) => each !== undefined);
  return ranges.length === constraints.length ? ranges : undefined;
}

function lowestOf(ranges: readonly Range[]): Version | undefined {
  const [first, ...others] = ranges.map(({ lower }) => lower).filter((each) => each !== undefined);
  if (first === undefined) return undefined;
  return notExcluded(
    others.reduce((high, each) => (compare(each, high) > 0 ? each : high), first),
    ranges,
  );
}

/** Returns this version, or the first one after it that no `!=` excludes. */
function notExcluded(version: Version, ranges: readonly Range[]): Version {
  const isExcluded = ranges.some(({ excluded }) => excluded !== undefined && compare(excluded, version) === 0);
  return isExcluded ? notExcluded(next(version), ranges) : version;
}

/** The roots of a fleet write the same few constraints. */
const range = remembered(rangeOf);

/** Returns the range that one constraint allows. Source: https://developer.hashicorp.com/terraform/language/expressions/version-constraints */
function rangeOf(constraint: string): Range | undefined {
  const [, operator = "", text = ""] = /^\s*(>=|<=|!=|~>|>|<|=|)\s*(\S+)\s*$/.exec(constraint) ?? [];
  const parsed = parseVersion(text);
  if (parsed === undefined) return undefined;
  const { version, parts } = parsed;
  switch (operator) {
    case ">=":
      return { lower: version };
    case ">":
      return { lower: next(version) };
    case "<=":
      return { upper: { version, inclusive: true } };
    case "<":
      return { upper: { version, inclusive: false } };
    case "!=":
      return { excluded: version };
    case "~>":
      return parts === 1
        ? { lower: version }
        : { lower: version, upper: { version: ceiling(version, parts), inclusive: false } };
    default:
      return { lower: version, upper: { version, inclusive: true } };
  }
}

/** `~> 1.5.2` ends at 1.6, `~> 1.5` at 2; `~> 1` does not end. Source: hashicorp/go-version, constraintPessimistic */
function ceiling([major, minor]: Version, parts: number): Version {
  return parts >= 3 ? [major, minor + 1, 0] : [major + 1, 0, 0];
}

function next([major, minor, patch]: Version): Version {
  return [major, minor, patch + 1];
}

function reaches(upper: Bound, floor: Version): boolean {
  const order = compare(upper.version, floor);
  return order > 0 || (order === 0 && upper.inclusive);
}

/** A pre-release counts as its release: no floor here is between the two. */
function parseVersion(text: string): { version: Version; parts: number } | undefined {
  const found = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+][\w.+-]+)?$/.exec(text);
  if (found === null) return undefined;
  const numbers = found.slice(1).filter((part): part is string => (part as string | undefined) !== undefined);
  const [major = 0, minor = 0, patch = 0] = numbers.map(Number);
  return { version: [major, minor, patch], parts: numbers.length };
}

function compare(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
