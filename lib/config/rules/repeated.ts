import { found, shown, type Problem } from "../../problem/problem";

/** A problem where a value was there already, before `index`. */
export function repeated(values: readonly string[], index: number, path: string): Problem[] {
  return found([
    values.indexOf(values[index] ?? "") !== index && {
      code: "duplicate-principal",
      path,
      message: `must be named once, got ${shown(values[index])} again`,
      fix: "Remove the repetition.",
    },
  ]);
}
