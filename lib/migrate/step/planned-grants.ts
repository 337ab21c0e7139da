import { stateKeyProblems, workspacePrefixProblems } from "../../config/rules/key-rules";
import type { AccessLevel, Locking } from "../../policy/access-level";
import { parseArn } from "../../policy/arn";
import { grantsBeyond, type PolicyGrant } from "../../policy/grants-beyond";
import type { KmsKey } from "../../policy/kms-key";
import type { ObjectTags } from "../../policy/object-tags";
import { partitionOf } from "../../policy/partition";
import { stateAccessPolicy } from "../../policy/state-access-policy";
import { levelsFor, type StateScope } from "../../policy/state-scope";
import { shown, type Problem } from "../../problem/problem";
import { liveTarget, type LiveDefaults, type LiveTarget } from "../live/live-target";
import type { MovePlan } from "./move-plan";
import type { Scan, ScannedConfiguration } from "../scan/scan";

/** Placeholder in an ARN for an account that no file names. Replace it before you use the ARN. */
const UNKNOWN_ACCOUNT = "<account>";

/** What a step changes in the policies of these access levels on the states of these roots. */
export interface GrantChange {
  /** `needed`: grant it before the step. `unneeded`: remove it once no root goes back. */
  readonly change: "needed" | "unneeded";
  readonly roots: readonly string[];
  readonly levels: readonly AccessLevel[];
  readonly grants: readonly PolicyGrant[];
}

/** The grants that a step changes, and why Statelock cannot name the grants of some roots. */
export interface PlannedGrants {
  readonly grants: readonly GrantChange[];
  readonly untold: readonly Problem[];
}

/**
 * Returns the grants that a step adds and removes for the roots that move, also by hand. It compares the policies of the
 * two phases, and does not read what roles are really granted.
 */
export function plannedGrants(
  plan: MovePlan,
  scan: Pick<Scan, "configurations">,
  defaults: LiveDefaults,
): PlannedGrants {
  const moving = new Set(plan.moves.flatMap(({ roots }) => roots));
  const byHand = new Set(plan.byHand);
  const rootsOf = new Map<string, Set<string>>();
  const changesOfAlike = changesByShape(plan.to);
  const untold: Problem[] = [];
  for (const configuration of scan.configurations) {
    if (!moving.has(configuration.root) && !byHand.has(configuration)) continue;
    // Synth writes the policies of a consumer, and they follow its config.
    if (configuration.source === "consumer") continue;
    const before = lockingBefore(configuration, plan.to);
    if (before === undefined) continue;
    const scope = scopeOf(configuration, defaults);
    if (Array.isArray(scope)) untold.push(...scope);
    else
      for (const subject of changesOfAlike(configuration, scope, before))
        rootsOf.set(subject, (rootsOf.get(subject) ?? new Set()).add(configuration.root));
  }
  const grants = [...rootsOf].map(([subject, roots]) => {
    const { change, levels, grants: changed } = fromText(subject);
    return { change, levels, grants: changed, roots: [...roots] };
  });
  return { grants, untold };
}

/** A change without its roots, as text: roots with the same text are in one change. */
function asText({ change, levels, grants }: GrantChange): string {
  return JSON.stringify({ change, levels, grants });
}

function fromText(text: string): Omit<GrantChange, "roots"> {
  return JSON.parse(text) as Omit<GrantChange, "roots">;
}

/** A key that stands for others in a policy. */
const ANY_KEY = "-statelock-any-key-";

/**
 * Returns a function that computes the changes of a root, as text, and computes them once for roots that differ in their plain
 * keys alone. A policy repeats such a key as it is.
 */
function changesByShape(
  to: Locking,
): (configuration: ScannedConfiguration, scope: Omit<StateScope, "locking">, before: Locking) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (configuration, scope, before) => {
    if (!/^[\w./-]+$/.test(scope.key)) return changesOf(configuration, scope, before, to).map(asText);
    const shape = { ...scope, key: ANY_KEY };
    const name = JSON.stringify([configuration.source, before, shape]);
    const changes = known.get(name) ?? changesOf(configuration, shape, before, to).map(asText);
    known.set(name, changes);
    return changes.map((change) => change.replaceAll(ANY_KEY, () => scope.key));
  };
}

/** Returns how a configuration locks before the step. Undefined if the step is not its next one. */
function lockingBefore({ source, phase }: ScannedConfiguration, to: Locking): Locking | undefined {
  if (to === "both") return source !== "reader" && phase === "dynamodb" ? phase : undefined;
  return phase === "both" || (source === "reader" && phase === "dynamodb") ? phase : undefined;
}

function changesOf(
  { root, source }: ScannedConfiguration,
  scope: Omit<StateScope, "locking">,
  before: Locking,
  to: Locking,
): GrantChange[] {
  const [old, next] = [
    { ...scope, locking: before },
    { ...scope, locking: to },
  ];
  const levels: readonly AccessLevel[] = source === "reader" ? ["reader"] : levelsFor(next);
  const merged = new Map<string, GrantChange>();
  const all = levels.flatMap((level) => {
    const [has, needs] = [stateAccessPolicy(old, level), stateAccessPolicy(next, level)];
    const changes: GrantChange[] = [
      { change: "needed", roots: [root], levels: [level], grants: grantsBeyond(needs, has) },
      { change: "unneeded", roots: [root], levels: [level], grants: grantsBeyond(has, needs) },
    ];
    return changes.filter(({ grants }) => grants.length > 0);
  });
  for (const change of all) addTo(merged, change);
  return [...merged.values()];
}

/** Merges the levels of one root that change by the same grants. */
function addTo(changes: Map<string, GrantChange>, added: GrantChange): void {
  const key = JSON.stringify([added.change, added.roots, added.grants]);
  const known = changes.get(key);
  changes.set(key, known === undefined ? added : { ...known, levels: once([...known.levels, ...added.levels]) });
}

function once<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Returns what the policies of a root depend on, or problems if its files do not say it or no policy can name it. */
function scopeOf(configuration: ScannedConfiguration, defaults: LiveDefaults): Omit<StateScope, "locking"> | Problem[] {
  const target = liveTarget(configuration, withoutIdentity(defaults), "so that Statelock can name its grants");
  if ("code" in target) return [target];
  const { path, bucket, key, region, workspaceKeyPrefix } = target;
  const partition = partitionOf(region);
  if (partition === undefined) return [regionUnknown(path, region)];
  const problems = [...stateKeyProblems(key), ...workspacePrefixProblems(workspaceKeyPrefix)];
  if (problems.length > 0) return problems.map((problem) => ({ ...problem, path: `${path} ${problem.path}` }));
  const kmsKey = kmsKeyOf(target, (resource) => `arn:${partition}:kms:${region}:${UNKNOWN_ACCOUNT}:${resource}`);
  return {
    ...{ partition, region, account: UNKNOWN_ACCOUNT, bucket, key, workspaceKeyPrefix, kmsKey },
    ...tableOf(target),
    lockTags: tagsOf(configuration, "lock_tags"),
    stateTags: tagsOf(configuration, "state_tags"),
  };
}

/** Returns the tags of a backend of OpenTofu; `any` if its files do not name each of them. */
function tagsOf({ places }: ScannedConfiguration, name: string): ObjectTags | "any" | undefined {
  const given = places.flatMap(({ site }) => (site.arguments ?? []).filter((argument) => argument.name === name));
  const value = given.at(-1)?.value;
  if (value === undefined || (value.kind === "literal" && value.literal === null)) return undefined;
  if (value.kind !== "object") return "any";
  const tags = value.entries.map(({ name: tag, value: of }) =>
    of.kind === "literal" && of.literal !== null ? ([tag, String(of.literal)] as const) : undefined,
  );
  if (tags.length === 0) return undefined;
  return tags.every((tag) => tag !== undefined) ? Object.fromEntries(tags) : "any";
}

/** To name grants, Statelock asks nobody. They are for every state of a root. */
function withoutIdentity({ identity: _asked, known: _one, ...defaults }: LiveDefaults): LiveDefaults {
  return defaults;
}

/** DynamoDB accepts a table's name or its ARN. */
function tableOf({ table }: LiveTarget): Pick<StateScope, "tableAccount" | "legacyTable"> {
  const arn = table === undefined ? undefined : parseArn(table);
  if (arn === undefined) return { legacyTable: table };
  return { tableAccount: arn.account, legacyTable: arn.resource.replace(/^table\//, "") };
}

/** A backend names a key by ID, by alias, or by the ARN of one. */
function kmsKeyOf({ encryption }: LiveTarget, arnOf: (resource: string) => string): KmsKey | undefined {
  const id = encryption?.kmsKeyId;
  if (id === undefined) return undefined;
  const arn = parseArn(id);
  const resource = arn?.resource ?? id;
  if (resource.startsWith("alias/")) return { alias: resource, account: arn?.account ?? UNKNOWN_ACCOUNT };
  return { arn: arn === undefined ? arnOf(`key/${id}`) : id };
}

function regionUnknown(path: string, region: string): Problem {
  return {
    code: "place-unknown",
    path,
    message: `must be in a region of a known partition so that Statelock can name its grants, got ${shown(region)}`,
    fix: "Correct the region; in other partitions, write the policy from docs/reference/policies.md.",
  };
}
