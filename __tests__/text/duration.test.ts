import fc from "../support/fuzz";
import { durationText, parseDuration } from "../../lib/text/duration";

it.each([
  ["90s", 90_000],
  ["10m", 600_000],
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  ["2d", 172_800_000],
  ["250ms", 250],
  ["0", 0],
])("%s is %d ms", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

it.each(["", "10", "m", "-1m", "1 m", "10m ", "1w", "25d", "1e3s"])("%j is no duration", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

it("shows a duration in at most two units, and never as negative", () => {
  const told = [-5_000, 0, 59_999, 60_000, 3_599_999, 11_100_000, 7_200_000, 187_200_000].map(durationText);
  expect(told).toEqual(["0 s", "0 s", "59 s", "1 min", "59 min", "3 h 5 min", "2 h", "2 d 4 h"]);
});

it("hours and minutes as Terraform writes them are read back", () => {
  fc.assert(
    fc.property(fc.nat(400), fc.nat(59), fc.nat(59), (hours, minutes, seconds) => {
      const text = `${String(hours)}h${String(minutes)}m${String(seconds)}s`;
      expect(parseDuration(text)).toBe(((hours * 60 + minutes) * 60 + seconds) * 1_000);
    }),
  );
});
