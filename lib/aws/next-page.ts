import { UserError } from "../problem/problem";

/** One page of a listing: whether more pages follow, and where the next one begins. */
interface Page {
  readonly truncated: boolean | undefined;
  readonly next: string | undefined;
}

/**
 * Returns where the next page of a listing begins; undefined after the last one.
 * @param before where this page began
 * @throws UserError if the store says that more follows and does not say where, or if it would begin at the same place again
 */
export function nextPage({ truncated, next }: Page, before: string | undefined, path: string): string | undefined {
  if (truncated !== true) return undefined;
  if (next !== undefined && next !== "" && next !== before) return next;
  const why = next === before && next !== undefined ? "repeats the same page" : "names no next page";
  throw new UserError(
    [
      {
        code: "listing-cut",
        path,
        message: `Could not list ${path}: the store says that more follows, and ${why}, so the list would not be whole`,
        fix: "Use a newer version of the store, or another one. On AWS, run the command again.",
      },
    ],
    "unknown",
  );
}
