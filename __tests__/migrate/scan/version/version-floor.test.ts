import fc from "../../../support/fuzz";
import { floorVerdict } from "../../../../lib/migrate/scan/version/version-floor";

const FLOOR = "1.10.1";

it.each([
  [[], "undeclared"],
  [[">= 1.10.1"], "met"],
  [["1.11.4"], "met"],
  [["= v1.12"], "met"],
  [["> 1.10.0"], "met"],
  [["~> 1.11"], "met"],
  [[">= 1.5", ">= 1.11.0"], "met"],
  [[">= 1.5, < 2.0"], "allows-older"],
  [["~> 1.5"], "allows-older"],
  [["~> 1"], "allows-older"],
  [["~> 0"], "allows-older"],
  [["!= 1.9.0"], "allows-older"],
  [["<= 1.10.1"], "allows-older"],
  [[">= 1.10.0, != 1.10.0"], "met"],
  [[">= 1.9, != 1.9.0"], "allows-older"],
  [["<= 1.10.1", "!= 1.10.1"], "too-old"],
  [["~> 1.9.0"], "too-old"],
  [["< 1.10.1"], "too-old"],
  [["1.10.0"], "too-old"],
  [["~> 1.10.0", "< 1.10.1"], "too-old"],
  [["latest"], "unreadable"],
  [[">= 1.11,"], "unreadable"],
])("%j: %s", (required, verdict) => {
  expect(floorVerdict(required, FLOOR)).toBe(verdict);
});

/** A version as one number. */
function number(version: string): number {
  return version.split(".").reduce((sum, part) => sum * 100 + Number(part), 0);
}

const OPERATORS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  ">=": (left, right) => left >= right,
  ">": (left, right) => left > right,
  "<=": (left, right) => left <= right,
  "<": (left, right) => left < right,
  "=": (left, right) => left === right,
  "!=": (left, right) => left !== right,
};

it("agrees with trying every version", () => {
  const part = { min: 8, max: 12 };
  const version = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer(part), fc.nat(2)).map((parts) => parts.join("."));
  const constraint = fc.tuple(fc.constantFrom(...Object.keys(OPERATORS)), version);
  const all = [1, 2, 3].flatMap((major) =>
    Array.from({ length: 14 }, (_, minor) => [0, 1, 2, 3].map((patch) => [major, minor, patch].join("."))).flat(),
  );
  fc.assert(
    fc.property(fc.array(constraint, { minLength: 1, maxLength: 3 }), (constraints) => {
      const allowed = all.filter((each) =>
        constraints.every(([operator, at]) => OPERATORS[operator]?.(number(each), number(at))),
      );
      fc.pre(allowed.length > 0);
      const isOld = (each: string): boolean => number(each) < number(FLOOR);
      const expected = allowed.every(isOld) ? "too-old" : allowed.some(isOld) ? "allows-older" : "met";
      const texts = constraints.map((each) => each.join(" "));
      expect(floorVerdict([texts.join(", ")], FLOOR)).toBe(expected);
    }),
  );
});
