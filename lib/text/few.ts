import { withCommas } from "./counted";

/** Returns the items of a list that a person still reads, and how many there are beside them. */
export function few<Item>(all: readonly Item[], most: number): readonly [shown: readonly Item[], others: number] {
  return [all.slice(0, most), Math.max(0, all.length - most)];
}

/** Returns a list as text: `a, b, c and 4 more`. */
export function fewText(all: readonly string[], most: number): string {
  const [shown, others] = few(all, most);
  return `${shown.join(", ")}${andMore(others)}`;
}

/** Returns the end of a list that is not shown whole: ` and 1,204 more`, or nothing if it is. */
export function andMore(others: number): string {
  return others > 0 ? ` and ${withCommas(others)} more` : "";
}
