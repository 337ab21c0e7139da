import { shown, type Problem } from "../../problem/problem";
import { modernizeChanges, modernizedPaths } from "../rewrite/modernize";
import { readerChanges, stepChanges, type Change } from "../rewrite/changes";
import { placeText } from "../scan/configuration/configuration";
import { filesAgree, noneAhead, phaseOrderProblems, type FleetCheck } from "../scan/fleet-checks";
import { isRewritten } from "../scan/configuration/by-hand";
import type { FileReplacement } from "../../files/project-files";
import { rewriteAlike, type Rewrite } from "../rewrite/rewrite-alike";
import type { Parsers } from "../scan/source/parsers";
import type { Scan, ScannedConfiguration } from "../scan/scan";
import { changesByFile, sharedFiles, type SiteChange, type PlannedRoot } from "../rewrite/shared-files";
import { folderOf, type Site } from "../scan/source/site";
import type { Move, MoveOptions, MovePlan, Refusal } from "./move-plan";
import { planTemplates } from "./plan-templates";
import { grouped } from "../../text/grouped";

/** Plans one step of the selected roots. Writes nothing. */
export async function planMoves(parsers: Parsers, scan: Scan, options: MoveOptions): Promise<MovePlan> {
  const roots = options.roots === undefined ? undefined : new Set(options.roots);
  const isSelected = (root: string): boolean => roots?.has(root) ?? true;
  const selected = scan.configurations.filter(({ root }) => isSelected(root));
  const isCandidate = (configuration: ScannedConfiguration): boolean =>
    (isRewritten(configuration) || configuration.source === "consumer") && concerns(configuration, options);
  const candidates = selected.filter(isCandidate);
  const moving = new Set(candidates);
  const checks = [...fileChecks(scan, moving, options), ...(options.checks ?? [])];
  const planned = new Map<string, PlannedRoot>();
  const refused: Refusal[] = [];
  const byHand: ScannedConfiguration[] = [];
  for (const configuration of candidates) {
    const { root } = configuration;
    const answer = problemsOf(configuration, options, checks);
    const found = answer instanceof Promise ? await answer : answer;
    if (configuration.source === "consumer") {
      const problems = once(found);
      if (problems.length > 0) refused.push({ roots: [root], problems });
      else byHand.push(configuration);
      continue;
    }
    const before = planned.get(root);
    planned.set(root, {
      root,
      folder: journalFolder(configuration),
      changes: [...(before?.changes ?? []), ...changesOf(configuration, options)],
      problems: [...(before?.problems ?? []), ...found],
    });
  }
  const groups = sharedFiles([...planned.values()], scan.configurations, isSelected);
  const results: (Move | Refusal)[] = [];
  let done = 0;
  const rewrite = rewriteAlike(parsers);
  for (const group of groups) {
    results.push(await moveOf(rewrite, group));
    done += group.length;
    options.onProgress?.(done, planned.size);
  }
  const settled = selected.filter(({ root }) => !planned.has(root));
  const plan: MovePlan = {
    to: options.to,
    settled: [...new Set(settled.map(({ root }) => root))],
    settledFolders: [...new Set(settled.filter(({ source }) => source !== "consumer").map(journalFolder))],
    moves: results.filter((result): result is Move => "replacements" in result && result.replacements.length > 0),
    refusals: [...refused, ...results.filter((result): result is Refusal => "problems" in result)],
    byHand: [...byHand, ...selected.filter((each) => isOthers(each) && concerns(each, options))],
    unknown: selected.filter((each) => isUnknown(each, options) && !concerns(each, options)),
    unlocked: selected.filter((each) => each.phase === "none" && each.source !== "reader" && isOfFiles(each)),
  };
  return { ...plan, templates: await planTemplates(rewrite, scan, plan, options) };
}

/** Returns the folder of the journal. A Terragrunt unit's own folder may be generated, and not be there. */
function journalFolder({ source, root, file }: ScannedConfiguration): string {
  return source === "terragrunt" ? folderOf(file.path) : root;
}

/** True if no file says how the configuration locks. A reader does not lock, but may ask the table. */
function isUnknown(configuration: ScannedConfiguration, { to }: MoveOptions): boolean {
  const { phase, source } = configuration;
  return phase === "unknown" && isOfFiles(configuration) && (source !== "reader" || to === "lockfile");
}

/** True if a root's own files decide how it locks: a consumer has its phase in the config. */
function isOfFiles({ source, synthesizedFrom }: ScannedConfiguration): boolean {
  return source !== "partial" && synthesizedFrom === undefined;
}

/** True if another tool writes its files, and no consumer of a config leads there. */
function isOthers(configuration: ScannedConfiguration): boolean {
  const { source, synthesizedFrom } = configuration;
  return !isRewritten(configuration) && source !== "consumer" && synthesizedFrom === undefined;
}

function fileChecks(
  { configurations: fleet, byHand }: Scan,
  moving: ReadonlySet<ScannedConfiguration>,
  { to, back }: MoveOptions,
): FleetCheck[] {
  if (back !== undefined) return to === "dynamodb" ? [noneAhead(fleet)] : [];
  return to === "lockfile" ? [filesAgree(fleet, moving, byHand)] : [];
}

/** True if the step changes the configuration, or may change it. */
function concerns(configuration: ScannedConfiguration, options: MoveOptions): boolean {
  const { source, phase, obstacles } = configuration;
  const { to, back } = options;
  if (phase === to && options.modernize === true && modernizeChanges(configuration).size > 0) return true;
  if (source === "reader")
    return back === undefined && to === "lockfile" && changesOf(configuration, options).length > 0;
  if (phase === "unknown") return obstacles.length > 0;
  if (back !== undefined) return phase === "lockfile" || (to === "dynamodb" && phase === "both");
  if (to === "both") return phase === "dynamodb";
  return phase === "dynamodb" || phase === "both" || changesOf(configuration, options).length > 0;
}

function changesOf(configuration: ScannedConfiguration, { to, back, modernize }: MoveOptions): SiteChange[] {
  const { source, places, phase } = configuration;
  const modern = modernize === true ? modernizeChanges(configuration) : new Map<Site, readonly Change[]>();
  const sites = places.map(({ site }) => site);
  const table = back?.table;
  const changes =
    source === "reader"
      ? new Map(sites.map((site) => [site, readerChanges(site)]))
      : stepChanges(sites, { from: phase, to, ...(table === undefined ? {} : { table }) });
  return places.flatMap(({ file, site }) =>
    [...(changes.get(site) ?? []), ...(modern.get(site) ?? [])].map((change) => ({
      file,
      ordinal: file.sites.indexOf(site),
      change,
    })),
  );
}

/** Returns a promise only if there are checks: a fleet has thousands of roots. */
function problemsOf(
  configuration: ScannedConfiguration,
  { to, back, modernize }: MoveOptions,
  checks: readonly FleetCheck[],
): readonly Problem[] | Promise<readonly Problem[]> {
  const { source } = configuration;
  const modern = modernize === true ? modernizedPaths(configuration) : new Set<string>();
  const obstacles = configuration.obstacles.filter(({ code, path }) => !(MODERNIZED.has(code) && modern.has(path)));
  if (source === "reader") return [];
  const order = phaseOrderProblems(configuration, to);
  // A configuration with an obstacle cannot move to the phase between either.
  if (order.length > 0) return obstacles.length > 0 ? [...obstacles] : order;
  const own = [...obstacles, ...tableProblems(configuration, to === "both" ? back?.table : undefined)];
  if (checks.length === 0) return own;
  return Promise.all(checks.map((check) => check(configuration))).then((answers) => [...own, ...answers.flat()]);
}

/** Obstacles that `--modernize` may remove. */
const MODERNIZED: ReadonlySet<string> = new Set(["removed-argument", "exclusive-arguments"]);

/** A consumer locks in its config's table, where the digests are made right: another one must not be named for it. */
function tableProblems(configuration: ScannedConfiguration, table: string | undefined): Problem[] {
  const legacyTable = configuration.consumer?.legacyTable;
  if (configuration.consumer === undefined || table === undefined || table === legacyTable) return [];
  return [
    {
      code: "table-differs",
      path: placeText(configuration),
      message: `must go back to the config's legacyTable ${shown(legacyTable)}, got ${shown(table)}`,
      fix: "Name that table with --table, and select roots of other tables apart from it with --root.",
    },
  ];
}

async function moveOf(rewrite: Rewrite, group: readonly PlannedRoot[]): Promise<Move | Refusal> {
  const roots = group.map(({ root }) => root);
  const problems = group.flatMap((root) => root.problems);
  if (problems.length > 0) return { roots, problems: once(problems) };
  const results = await Promise.all(changesByFile(group).map((changes) => rewritten(rewrite, changes)));
  const failed = results.flatMap((result) => ("problems" in result ? result.problems : []));
  if (failed.length > 0) return { roots, problems: failed };
  const folder = group[0]?.folder ?? ".";
  return { roots, folder, replacements: results.filter((result): result is FileReplacement => "after" in result) };
}

async function rewritten(
  rewrite: Rewrite,
  planned: readonly SiteChange[],
): Promise<FileReplacement | { readonly problems: readonly Problem[] }> {
  const [first] = planned;
  if (first === undefined) throw new Error("a file without a change");
  const { file } = first;
  const atSites = planned.flatMap(({ ordinal, change }) => {
    const site = file.sites[ordinal];
    return site === undefined ? [] : [{ site, change }];
  });
  const changes = grouped(
    atSites,
    ({ site }) => site,
    ({ change }) => change,
  );
  const after = await rewrite(file, changes);
  const { path, realPath, text: before } = file;
  return typeof after === "string" ? { path, realPath, before, after } : { problems: after };
}

/** Drops repeated problems: the alternatives of one root share a backend block. */
function once(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
