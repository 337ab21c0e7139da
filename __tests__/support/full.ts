import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../lab/machine/project-root";

/**
 * True in `npm run test:full`, which runs whole matrices. `npm test` runs a fixed sample of each, so that it stays under
 * ten minutes. `jest.full.config.js` runs every test file that imports this one.
 */
export const FULL = process.env["STATELOCK_FULL"] === "1";

/** Every row in `test:full`; otherwise the first and every nth after it. */
export function sampled<T>(rows: readonly T[], nth: number): readonly T[] {
  return FULL ? rows : rows.filter((_row, index) => index % nth === 0);
}

/** Every entry in `test:full`; otherwise those with these names. */
export function sampledEntries<T>(of: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(of).filter(([name]) => FULL || names.includes(name)));
}

/** Declares tests of `test:full` alone: stories with real programs whose decisions unit tests show as well. */
export function inFull(declare: () => void): void {
  if (FULL) declare();
}

/**
 * Returns what a page in docs/evidence has wrong. In `test:full` it writes the page, and the committed one must be the
 * same. Otherwise `page` holds the rows of a sample: each must be a row of the committed page.
 * @param parts what a row says, where a sample may have a part of a row @default - rows are whole
 */
export function evidenceProblems(
  name: string,
  page: string,
  parts: (line: string) => readonly string[] = (line) => [line],
): readonly string[] {
  const path = join(PROJECT_ROOT, "docs", "evidence", name);
  const committed = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (FULL) writeFileSync(path, page);
  const [known, found] = [committed, page].map((text) => lines(text).flatMap(parts)) as [string[], string[]];
  const unknown = found.filter((line) => !known.includes(line)).map((line) => `not on the page: ${line}`);
  const gone = FULL ? known.filter((line) => !found.includes(line)).map((line) => `no longer so: ${line}`) : [];
  return FULL && unknown.length + gone.length === 0 && committed !== page ? ["the order"] : [...unknown, ...gone];
}

/** Lines, a table row together with the rows below it whose first cell is empty. */
function lines(page: string): readonly string[] {
  return page.replaceAll(/\n\|\s+\|/g, " // ").split("\n");
}
