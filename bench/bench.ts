import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compare } from "./measure";
import { page, ratiosOf, seconds, table, type Result, type Shown } from "./page";
import { Place, ROOT } from "./place";
import { ROWS, type Row } from "./rows";

/**
 * `npm run bench`: measures Statelock against programs that do only what is necessary, and writes
 * docs/evidence/benchmarks.md. `--check` compares with that page instead; `--only ID` measures one row; `--cpu` takes
 * the ratios of CPU time, for a machine that is busy.
 */
const PAGE = join(ROOT, "docs", "evidence", "benchmarks.md");
/** How many times its ratio on the page a row may have. */
const TOLERANCE = 1.5;

async function measured(row: Row, place: Place, time: "seconds" | "cpuSeconds"): Promise<Result> {
  const pair = await row.prepare(place);
  try {
    const [program, reference] = await compare([pair.program, pair.reference], row.rounds);
    if (program === undefined || reference === undefined) throw new Error("nothing was measured");
    return { row, program, reference, ratio: program[time] / (reference[time] * (pair.times ?? 1)) };
  } finally {
    await pair.stop?.();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: "string" }, check: { type: "boolean" }, cpu: { type: "boolean" } },
  });
  const rows = ROWS.filter(({ id }) => values.only === undefined || id === values.only);
  if (rows.length === 0) throw new Error(`--only must be one of ${ROWS.map(({ id }) => id).join(", ")}`);
  const [load = 0] = loadavg();
  const place = new Place();
  const results: Result[] = [];
  try {
    for (const row of rows) {
      const result = await measured(row, place, values.cpu === true ? "cpuSeconds" : "seconds");
      console.error(`${row.id}: ${result.ratio.toFixed(2)}`);
      results.push(result);
    }
  } finally {
    place.remove();
  }
  const { installed } = place;
  const size = `${installed.megabytes.toFixed(1)} MB`;
  const shown: Shown[] = [
    ["`npm install` in an empty folder", ["", "", "≤ 60 MB, ≤ 10 s", seconds(installed.seconds), "", size]],
  ];
  console.log(table(results, values.only === undefined ? shown : []));
  if (values.check === true) check(results);
  else if (values.only === undefined) writeFileSync(PAGE, page(results, shown, load));
}

/** Names each row that is slower than on the page, and makes the run fail. */
function check(results: readonly Result[]): void {
  const before = ratiosOf(existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "");
  for (const { row, ratio } of results) {
    const known = before.get(row.what);
    if (known !== undefined && ratio <= known * TOLERANCE) continue;
    console.error(
      `${row.id}: ${ratio.toFixed(2)}, on the page ${known === undefined ? "not at all" : known.toFixed(2)}`,
    );
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
