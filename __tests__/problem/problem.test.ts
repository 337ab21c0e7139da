import fc from "../support/fuzz";
import { below, found, refuse, shown, UserError, type Problem } from "../../lib/problem/problem";

const ONE: Problem = { code: "one", path: "a.b", message: "must be 1, got 2", fix: "Write 1." };
const TWO: Problem = { code: "two", path: "c", message: "must be x, got y", fix: "Write x." };

it("refuses nothing if there is no problem", () => {
  expect(() => {
    refuse([]);
  }).not.toThrow();
});

it("all problems are in one error: place, what must be, the value, the code, the next step", () => {
  expect(() => {
    refuse([ONE, TWO]);
  }).toThrow(new UserError([ONE, TWO]));
  expect(new UserError([ONE, TWO]).message).toBe(
    "a.b must be 1, got 2 [one]\n    next: Write 1.\nc must be x, got y [two]\n    next: Write x.",
  );
});

it("checks that found nothing are dropped", () => {
  expect(found([false, ONE, undefined, TWO])).toEqual([ONE, TWO]);
});

it("a problem is placed below its parent", () => {
  const at = (path: string): string | undefined => below("consumers[2]", [{ ...ONE, path }])[0]?.path;
  expect([at("key"), at("[1]"), at("")]).toEqual(["consumers[2].key", "consumers[2][1]", "consumers[2]"]);
});

it("a value that JSON cannot write is shown all the same", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  expect([shown(10n), shown(circle)]).toEqual(["10n", "[object Object]"]);
});

it("a value is shown quoted, on one line and not longer than 120 characters", () => {
  expect([shown("a\nb"), shown(1), shown(undefined), shown(null)]).toEqual(['"a\\nb"', "1", "undefined", "null"]);
  fc.assert(
    fc.property(fc.anything({ withBigInt: false }), (value) => {
      const text = shown(value);
      expect(text.length).toBeLessThanOrEqual(120);
      expect(text).not.toContain("\n");
    }),
  );
});
