import { parseDuration } from "../../lib/text/duration";
import { shown } from "../../lib/problem/problem";
import { usage } from "./usage-problem";

/** Returns the milliseconds of a duration option. @throws UserError if the text is not a duration */
export function durationOption(name: string, text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw usage(
    name,
    `must be a duration of at most 24 days, got ${shown(text)}`,
    "Write it like 90s, 10m, 1h30m or 2d.",
  );
}
