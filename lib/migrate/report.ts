import { home, type Configuration } from "./configuration";
import type { Applied } from "./apply";
import type { Move, MovePlan } from "./plan";
import type { Setting } from "./phase";
import type { Scan, ScannedConfiguration } from "./scan";
import { unifiedDiff } from "./unified-diff";

/** Names a file as a patch does. */
export type NameOf = (realPath: string) => string;

/** A scan as `--json` shows it. */
export function scanJson(scan: Scan): object {
  return {
    version: 1,
    command: "migrate scan",
    files: scan.files,
    phases: phaseCounts(scan.configurations),
    configurations: scan.configurations.map(configurationJson),
    problems: scan.problems,
  };
}

/** A plan as `--json` shows it. */
export function planJson(plan: MovePlan, scan: Scan, nameOf: NameOf): object {
  return {
    version: 1,
    command: "migrate plan",
    to: plan.to,
    moves: plan.moves.map((move) => ({ ...moveJson(move), diff: moveDiff(move, nameOf) })),
    refusals: plan.refusals,
    byHand: plan.byHand.map(configurationJson),
    problems: scan.problems,
  };
}

/** What was applied, as `--json` shows it. */
export function appliedJson(applied: Applied, plan: MovePlan, scan: Scan): object {
  return {
    version: 1,
    command: "migrate apply",
    to: plan.to,
    moved: applied.moved.map(moveJson),
    refusals: applied.refusals,
    byHand: plan.byHand.map(configurationJson),
    problems: scan.problems,
  };
}

/** A plan's changes as one patch. */
export function planDiff(plan: MovePlan, nameOf: NameOf): string {
  return plan.moves.map((move) => moveDiff(move, nameOf)).join("");
}

/** How many configurations are in each phase; readers are in none. */
export function phaseCounts(
  configurations: readonly Configuration[],
): Readonly<Record<Configuration["phase"], number>> {
  const counts = { dynamodb: 0, both: 0, lockfile: 0, none: 0, unknown: 0 };
  for (const { phase, source } of configurations) if (source !== "reader") counts[phase] += 1;
  return counts;
}

/** A setting on one line: the value, the expression as it is written, or `-`. */
export function settingText(setting: Setting): string {
  if (setting === undefined) return "-";
  return "value" in setting ? setting.value : setting.expression.split("\n").join(" ");
}

function configurationJson(configuration: ScannedConfiguration): object {
  const { root, source, label, places, bucket, key, table, phase, versions, obstacles, notices, next } = configuration;
  const { file, site } = home(configuration);
  return {
    root,
    source,
    ...(label === undefined ? {} : { label }),
    file: file.path,
    line: site.line,
    partials: places.slice(1).map((place) => place.file.path),
    bucket: bucket ?? null,
    key: key ?? null,
    table: table ?? null,
    phase,
    versions,
    obstacles,
    notices,
    next,
  };
}

function moveJson({ roots, replacements }: Move): object {
  return { roots, files: replacements.map(({ path }) => path) };
}

function moveDiff({ replacements }: Move, nameOf: NameOf): string {
  return replacements.map((replacement) => unifiedDiff(nameOf(replacement.realPath), replacement)).join("");
}
