import { found, shown, type Problem } from "../../problem/problem";

/** Returns a problem if the value at `index` is in the list before. */
export function repeatProblems(values: readonly string[], index: number, path: string): Problem[] {
  return found([
    values.indexOf(values[index] ?? "") !== index && {
      code: "duplicate-principal",
      path,
      message: `must appear once, got ${shown(values[index])} again`,
      fix: "Remove the repetition.",
    },
  ]);
}
