const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The longest duration: a Node timer above 2^31 - 1 ms fires at once. */
const LONGEST = 24 * UNITS.d;

/** Parses a duration as Go and Terraform write it (`90s`, `10m`, `1h30m`), or `2d`. Returns milliseconds; undefined if the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return text === "0" ? 0 : undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit as keyof typeof UNITS], 0);
  return total <= LONGEST ? total : undefined;
}

/** Returns a duration as text, in at most two units, rounded down: `4 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const [minutes, hours, days] = [60, 3_600, 86_400].map((size) => Math.floor(seconds / size)) as [
    number,
    number,
    number,
  ];
  if (days > 0) return pair(days, "d", hours % 24, "h");
  if (hours > 0) return pair(hours, "h", minutes % 60, "min");
  return minutes > 0 ? `${String(minutes)} min` : `${String(seconds)} s`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${String(large)} ${largeUnit}${small > 0 ? ` ${String(small)} ${smallUnit}` : ""}`;
}
