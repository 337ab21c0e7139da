import type { z } from "zod";
import type { Locking } from "../../policy/access-level";
import type { Problem } from "../../problem/problem";
import type { Applied } from "./apply-plan";
import { type Configuration } from "../scan/configuration";
import type { GrantChange, PlannedGrants } from "./planned-grants";
import { hideCredentials, type HideCredentials } from "../rewrite/hide-credentials";
import type { Move, MovePlan, Refusal, Target } from "./plan";
import { consumerEdit, nextPhase } from "../scan/next-step";
import type { Setting } from "../scan/phase";
import type { migrateApplySchema, migratePlanSchema, migrateScanSchema } from "./report-schema";
import type { Scan, ScannedConfiguration } from "../scan/scan";
import { unifiedDiff } from "../rewrite/unified-diff";

/** Names a file as a patch does. */
export type NameOf = (realPath: string) => string;

/** A scan as `--json` shows it. */
export function scanJson(scan: Scan): z.infer<typeof migrateScanSchema> {
  return {
    version: 1,
    command: "migrate scan",
    files: scan.files,
    phases: phaseCounts(scan.configurations),
    configurations: scan.configurations.map((each) => configurationJson(each)),
    problems: [...scan.problems],
  };
}

/** A plan as `--json` shows it. */
export function planJson(
  plan: MovePlan,
  scan: Scan,
  { grants, untold }: PlannedGrants,
  nameOf: NameOf,
): z.infer<typeof migratePlanSchema> {
  const hide = hideCredentials(scan);
  return {
    version: 1,
    command: "migrate plan",
    to: forward(plan.to),
    moves: plan.moves.map((move) => ({ ...moveJson(move), diff: moveDiff(move, nameOf, hide) })),
    refusals: plan.refusals.map(refusalJson),
    byHand: plan.byHand.map((each) => configurationJson(each, plan.to)),
    grants: grants.map(grantChangeJson),
    untold: [...untold],
    problems: [...scan.problems],
  };
}

/** What was applied, as `--json` shows it. */
export function appliedJson(applied: Applied, plan: MovePlan, scan: Scan): z.infer<typeof migrateApplySchema> {
  return {
    version: 1,
    command: "migrate apply",
    to: forward(plan.to),
    moved: applied.moved.map(moveJson),
    refusals: applied.refusals.map(refusalJson),
    byHand: plan.byHand.map((each) => configurationJson(each, plan.to)),
    problems: [...scan.problems],
  };
}

function forward(to: MovePlan["to"]): Target {
  if (to === "dynamodb") throw new Error("a step back has a report of its own");
  return to;
}

/** A plan's changes as one patch, without the credentials of the backends that were read. */
export function planDiff(plan: MovePlan, scan: Scan, nameOf: NameOf): string {
  const hide = hideCredentials(scan);
  return plan.moves.map((move) => moveDiff(move, nameOf, hide)).join("");
}

/** How many configurations are in each phase; readers are in none. */
export function phaseCounts(
  configurations: readonly Configuration[],
): Readonly<Record<Configuration["phase"], number>> {
  const counts = { dynamodb: 0, both: 0, lockfile: 0, none: 0, unknown: 0 };
  for (const { phase, source } of configurations) if (source !== "reader") counts[phase] += 1;
  return counts;
}

/** An expression that is longer is not shown: it would make a column of everybody's. */
const LONGEST_EXPRESSION = 40;

/** A setting on one line: the value, a short expression as it is written, or `-`. */
export function settingText(setting: Setting): string {
  if (setting === undefined) return "-";
  if ("value" in setting) return setting.value;
  const { expression } = setting;
  const isShort =
    expression.length <= LONGEST_EXPRESSION && !expression.startsWith("...") && !expression.includes("\n");
  return isShort ? expression : "(computed)";
}

type ConfigurationJson = z.infer<typeof migrateScanSchema>["configurations"][number];

/** @param to where a step by hand takes it. @default - its next phase */
export function configurationJson(
  configuration: ScannedConfiguration,
  to: Locking | undefined = nextPhase(configuration),
): ConfigurationJson {
  const { root, source, label, file, line, places, bucket, key, table, phase, versions, obstacles, notices, next } =
    configuration;
  return {
    root,
    source,
    ...(label === undefined ? {} : { label }),
    file: file.path,
    line: line ?? 1,
    partials: places.slice(1).map((place) => place.file.path),
    bucket: bucket ?? null,
    key: key ?? null,
    table: table ?? null,
    phase,
    versions: { ...versions, required: [...versions.required] },
    obstacles: [...obstacles],
    notices: [...notices],
    next,
    ...(source === "consumer" && to !== undefined && to !== phase ? { edit: consumerEdit(to) } : {}),
  };
}

export function moveJson({ roots, replacements }: Move): { roots: string[]; files: string[] } {
  return { roots: [...roots], files: replacements.map(({ path }) => path) };
}

export function refusalJson({ roots, problems }: Refusal): { roots: string[]; problems: Problem[] } {
  return { roots: [...roots], problems: [...problems] };
}

function grantChangeJson(change: GrantChange): z.infer<typeof migratePlanSchema>["grants"][number] {
  return structuredClone(change) as z.infer<typeof migratePlanSchema>["grants"][number];
}

function moveDiff({ replacements }: Move, nameOf: NameOf, hide: HideCredentials): string {
  return replacements
    .map((replacement) => hide(replacement.realPath, unifiedDiff(nameOf(replacement.realPath), replacement)))
    .join("");
}
