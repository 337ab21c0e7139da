import { isDeepStrictEqual } from "node:util";
import { resolveStateHome } from "../../home/resolve-home";
import type { StateConfig } from "../../config/state-config";
import type { StateHome } from "../../config/state-home";
import { SyntaxProblem } from "../../hcl/syntax";
import { shown, UserError, type Problem } from "../../problem/problem";
import type { Change } from "./changes";
import { CONFIG_EXPORT, readConfigSites } from "../scan/config-sites";
import { setting, type Setting } from "../scan/phase";
import type { ConfigTools } from "../../files/project-files";
import { argument, type Site, type SourceFile } from "../scan/site";

/** A consumer that is to lock in another way. */
export interface LockChange {
  readonly site: Site;
  readonly change: Extract<Change, { kind: "lock" }>;
}

/**
 * Proof that a config changed in the `locking` of these consumers and in nothing else. Its tokens, comments included, are
 * the same outside those fields; and run as synth runs it, it gives what it gave before, but for that, and synth takes it.
 */
export async function configProofProblems(
  tools: ConfigTools,
  file: SourceFile,
  after: string,
  changes: readonly LockChange[],
): Promise<readonly Problem[]> {
  const outside = untouched(tools, file.text, changes);
  if (outside === undefined || outside !== untouched(tools, after, changes))
    return [unproven(file, "something other than locking would change")];
  const [old, now] = await Promise.all([
    tools.evaluate(file, file.text, CONFIG_EXPORT),
    tools.evaluate(file, after, CONFIG_EXPORT),
  ]);
  if ("problem" in old) return [old.problem];
  if ("problem" in now) return [now.problem];
  const homes = [old, now].map(({ value }) => homeOf(tools, file, value));
  const refused = homes.flatMap((home) => (Array.isArray(home) ? home : []));
  const [before, next] = homes as StateHome[];
  if (refused.length > 0 || before === undefined || next === undefined) return refused;
  if (!isDeepStrictEqual(data(old.value, changes, false), data(now.value, changes, true)))
    return [unproven(file, "run, it gives something else")];
  return changes.flatMap((change) => consumerProblems(file, change, before, next));
}

/** The tokens outside the changed fields, and all comments, as one text. */
function untouched(tools: ConfigTools, text: string, changes: readonly LockChange[]): string | undefined {
  const [finding, tokens] = [readConfigSites(tools, text), tools.modules.tokens(text)];
  if (finding instanceof SyntaxProblem || tokens instanceof SyntaxProblem) return undefined;
  const { sites } = finding;
  const objects = changes.flatMap(({ site }) => sites[site.consumer?.index ?? -1]?.consumer?.written ?? []);
  const fields = objects.flatMap((object) =>
    object.kind === "object" ? object.members.filter(({ name }) => name === "locking") : [],
  );
  const isIn = (spans: readonly { start: number; end: number }[], start: number, end: number): boolean =>
    spans.some((span) => start >= span.start && end <= span.end);
  return tokens
    .filter(({ type, start, end }) => {
      if (type === "comment") return true;
      return type === "CommaToken" ? !isIn(objects, start, end) : !isIn(fields, start, end);
    })
    .map(({ start, end }) => text.slice(start, end).trimEnd())
    .join("\n");
}

/** The home that synth would make; its problems where it would refuse. */
function homeOf({ environment }: ConfigTools, file: SourceFile, value: unknown): StateHome | Problem[] {
  try {
    return resolveStateHome(value as StateConfig, { environment });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map((problem) => ({ ...problem, path: `${file.path} ${problem.path}` }));
  }
}

/** A config's data, with how these consumers lock written out: as it is where the change is made, else as it is to be. */
function data(value: unknown, changes: readonly LockChange[], isDone: boolean): unknown {
  const config = value as StateConfig;
  const consumers = config.consumers.map((consumer) => {
    const change = changes.find(({ site }) => site.label === consumer.name)?.change;
    if (change === undefined) return consumer;
    return { ...consumer, locking: isDone ? (consumer.locking ?? config.locking ?? "lockfile") : change.value };
  });
  return { ...config, consumers };
}

/** What was read of a consumer, and judged by, has to be what it is when it is run. */
function consumerProblems(
  file: SourceFile,
  { site, change }: LockChange,
  before: StateHome,
  next: StateHome,
): Problem[] {
  const consumer = before.consumers.find(({ name }) => name === site.label);
  const locking = site.consumer?.locking;
  if (consumer === undefined || locking === undefined) return [unproven(file, "run, it has no such consumer")];
  const facts = [
    [locking, consumer.locking],
    [settingOf(file, site, "bucket"), before.bucket.name],
    [settingOf(file, site, "region"), before.bucket.region],
    [settingOf(file, site, "key"), consumer.key],
    [settingOf(file, site, "workspace_key_prefix"), consumer.workspaceKeyPrefix],
  ] as const;
  const isOther = facts.some(([read, run]) =>
    read === undefined ? run !== undefined : "value" in read && read.value !== run,
  );
  if (isOther) return [unproven(file, `run, ${shown(consumer.name)} is another consumer than it says`)];
  return tableProblems(file, site, change, next);
}

/** The digests were made right in the table that was named. */
function tableProblems(
  file: SourceFile,
  site: Site,
  { value, table }: LockChange["change"],
  next: StateHome,
): Problem[] {
  if (value !== "both" || table === undefined || table === next.legacyTable) return [];
  return [
    {
      code: "table-differs",
      path: `${file.path}:${String(site.line)}`,
      message: `must go back to the config's legacyTable ${shown(next.legacyTable)}, got ${shown(table)}`,
      fix: "Name that table with --table, and select roots of other tables apart from it with --root.",
    },
  ];
}

function settingOf(file: SourceFile, site: Site, name: string): Setting {
  return setting(argument(site, name), file.text);
}

function unproven(file: SourceFile, reason: string): Problem {
  return {
    code: "rewrite-unproven",
    path: file.path,
    message: `must change in the locking of these consumers only, and that could not be proven: ${reason}`,
    fix: "It was left as it is. Change it by hand, and please report the file's shape.",
  };
}
