import { cpus } from "node:os";
import type { Usage } from "./measure";
import type { Row } from "./rows";

/** What was measured for a row. */
export interface Result {
  readonly row: Row;
  readonly program: Usage;
  readonly reference: Usage;
  readonly ratio: number;
}

/** A line of the table that no goal is checked for: its first cell, and the others. */
export type Shown = readonly [what: string, cells: readonly string[]];

const HEAD = ["what", "against", "ratio", "goal", "time", "time of the other", "peak memory"];

/** Returns the table as Markdown. */
export function table(results: readonly Result[], shown: readonly Shown[] = []): string {
  const rows = [...results.map(cells), ...shown.map(([what, others]) => [what, ...others])];
  return [HEAD, HEAD.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function cells({ row, program, reference, ratio }: Result): string[] {
  const memory = `${program.megabytes.toFixed(0)} MB`;
  return [
    row.what,
    row.against,
    ratio.toFixed(2),
    `≤ ${String(row.goal)}`,
    seconds(program.seconds),
    seconds(reference.seconds),
    row.megabytes === undefined ? memory : `${memory} (goal ≤ ${String(row.megabytes)} MB)`,
  ];
}

export function seconds(value: number): string {
  return value < 1 ? `${(value * 1_000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}

/** Returns the page in docs/evidence. */
export function page(results: readonly Result[], shown: readonly Shown[], load: number): string {
  const shared = load > 0.5 ? ` Other programs were using the machine (load ${load.toFixed(1)} before the start).` : "";
  return `# Benchmarks

\`npm run bench\` writes this page: Node ${process.versions.node}, ${String(cpus().length)} cores, ${process.platform}.${shared}

Each row compares two programs that ran in turn, after one round to warm up; times and memory are medians, from the start of
a program to its end. The times depend on the machine, the ratios hardly do. \`npm run bench -- --check\` measures again and
fails if a ratio is more than 1.5 times the one in this table. \`npm run bench -- --only ID\` measures one row.

${table(results, shown)}

- The command is the installed package. \`npm run synth\` runs in this checkout, which compares its sources with the build first.
- Consumers are plain, without \`access\`: seven files each, three backend files and four policies.
- A fleet's root is a file with its backend and one with a resource.
- The bucket of \`locks list\` is a server in memory, in another process.
`;
}

/** Returns the ratio of each row of a page, by the text of its first cell. */
export function ratiosOf(text: string): ReadonlyMap<string, number> {
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  return new Map(rows.map((line) => line.split(" | ")).map(([what = "", , ratio]) => [what.slice(2), Number(ratio)]));
}
