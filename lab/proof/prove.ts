import type { AccessLevel } from "../../lib/policy/access-level";
import type { PolicyDocument } from "../../lib/policy/policy-document";
import type { Asked } from "../policy-gate/questions";
import { engineDifferences } from "../machine/engine-differences";
import type { Grant } from "./grants";
import { grantsOf } from "./grants";
import type { Lab } from "./lab";
import { granted, refusals } from "./replay";
import { role, type Scenario } from "./scenario";
import { Stage, type Played } from "./stage";
import { INHERITED, STEPS, type Step } from "./steps";

/** The scenario with every kind of grant there is. */
export const RICHEST = "kms-prefix-both";

/** What real Terraform did under the policies of one scenario. */
export interface ScenarioProof {
  readonly scenario: Scenario;
  readonly stage: Stage;
  readonly played: ReadonlyMap<Step, Played>;
}

/** The steps of a level's own in a scenario. */
export function ownSteps(level: AccessLevel, { setup, name }: Scenario): Step[] {
  const engine = engineDifferences();
  return STEPS.filter(
    (step) =>
      step.level === level &&
      (step.where?.(engine) ?? true) &&
      (step.workspaces !== true || setup.workspaces !== "default") &&
      (step.table !== true || setup.locking === "both") &&
      (step.once !== true || name === RICHEST),
  );
}

/** Everything a level is for: its own steps and the inherited ones. */
export function stepsOf(level: AccessLevel, scenario: Scenario): Step[] {
  return [...INHERITED[level], level].flatMap((of) => ownSteps(of, scenario));
}

/** Plays one step as the role of its level, under exactly what was emitted, or under another policy. */
export async function playAs(
  step: Step,
  level: AccessLevel,
  stage: Stage,
  lab: Lab,
  policy: PolicyDocument | undefined = stage.scenario.policies.get(level),
): Promise<Played> {
  const { home, guard, guardWithForceUnlock } = stage.scenario;
  const bucket = lab.gate.world.buckets.get(home.bucket.name);
  if (bucket === undefined || policy === undefined) throw new Error(`there is no ${level} in ${stage.scenario.name}`);
  // Under the guard as it is by default, unlockers release by ETag: what they do with Terraform needs its exception.
  lab.gate.world.buckets.set(bucket.name, { ...bucket, policy: level === "unlocker" ? guardWithForceUnlock : guard });
  const played = await stage.play(step.runs, step.before ?? {}, { arn: role(level), policies: [policy] });
  lab.gate.world.buckets.set(bucket.name, { ...bucket, policy: guard });
  return played;
}

/** Plays every step of a scenario once, each as its own level. */
export async function proveScenario(scenario: Scenario, lab: Lab): Promise<ScenarioProof> {
  const stage = await Stage.open(scenario, lab);
  const played = new Map<Step, Played>();
  for (const level of scenario.policies.keys())
    for (const step of ownSteps(level, scenario)) played.set(step, await playAs(step, level, stage, lab));
  return { scenario, stage, played };
}

/** Whether what a step is for is that Terraform gives up. */
function givesUp({ before }: Step): boolean {
  return before?.breaksUpload === true || before?.bucket === "stale-digest";
}

/** Whether a step did what it is for. */
export function succeeded(step: Step, { results }: Played): boolean {
  const failed = results.some(({ code }) => code !== 0);
  return givesUp(step) ? failed : !failed;
}

/** True for a grant that the engine under test asks for in no command, and another engine does. */
export function isOfOtherEngines({ actions }: Grant): boolean {
  return !engineDifferences().uploadsInParts && actions.every((action) => action === "s3:AbortMultipartUpload");
}

/** A grant of a level, and the steps that ask for it. */
export interface NeededGrant {
  readonly level: AccessLevel;
  readonly grant: Grant;
  /** Steps of which a request is refused without it, those that ask for little first. */
  readonly steps: readonly Step[];
}

/** For every grant of every level: the steps with a request that is refused without it. */
export async function neededGrants({ scenario, played }: ScenarioProof, lab: Lab): Promise<NeededGrant[]> {
  const needed: NeededGrant[] = [];
  for (const [level, policy] of scenario.policies) {
    const world = worldFor(level, scenario, lab);
    const bySteps = stepsOf(level, scenario).map((step) => ({
      step,
      asked: uniqueQuestions(granted(played.get(step)?.judged ?? [])),
    }));
    for (const grant of grantsOf(policy, (value) => roleOf(value, scenario))) {
      const steps: Step[] = [];
      for (const { step, asked } of bySteps) {
        const touched = asked.filter(({ question }) => grant.actions.includes(question.action));
        if ((await refusals(touched, { arn: role(level), policy: grant.without }, world)).length > 0) steps.push(step);
      }
      needed.push({ level, grant, steps: steps.sort((a, b) => cost(a, grant) - cost(b, grant)) });
    }
  }
  return needed;
}

/** Steps that show what a grant is for when nothing else does come first, then those that do little. */
function cost(step: Step, { actions }: Grant): number {
  if (step.before?.bucket === "stale-digest") return actions.includes("dynamodb:GetItem") ? 0 : 20;
  return step.runs.length + (step.name.includes("5 MiB") || givesUp(step) ? 10 : 0);
}

/** Runs real Terraform without the grant until a step fails, and gives that step; undefined: none did. */
export async function failingStep(
  { level, grant, steps }: NeededGrant,
  { stage }: ScenarioProof,
  lab: Lab,
): Promise<Step | undefined> {
  for (const step of steps) {
    const played = await playAs(step, level, stage, lab, grant.without);
    // An upload that breaks fails either way; what counts is whether its parts are cleaned up.
    const failed = step.before?.breaksUpload === true ? (await stage.openUploads()) > 0 : !succeeded(step, played);
    if (step.before?.breaksUpload === true) await stage.abortUploads();
    if (failed) return step;
  }
  return undefined;
}

/** The world as the steps of a level see it. */
export function worldFor(
  level: AccessLevel,
  { home, guardWithForceUnlock }: Scenario,
  { gate }: Lab,
): Lab["gate"]["world"] {
  const bucket = gate.world.buckets.get(home.bucket.name);
  if (level !== "unlocker" || bucket === undefined) return gate.world;
  return {
    ...gate.world,
    buckets: new Map(gate.world.buckets).set(bucket.name, { ...bucket, policy: guardWithForceUnlock }),
  };
}

/** Each question once. */
export function uniqueQuestions(asked: readonly Asked[]): Asked[] {
  const unique = new Map(
    asked.map((entry) => [JSON.stringify([entry.question.action, entry.question.resource, withoutWho(entry)]), entry]),
  );
  return [...unique.values()];
}

function withoutWho({ question }: Asked): unknown {
  return { ...question.context, "aws:PrincipalArn": "" };
}

/** `the state`, `the lock of a workspace`…: what a resource or condition value stands for, the same in every scenario. */
function roleOf(value: string, { home, consumer, keyArn }: Scenario): string {
  const { key, workspaceKeyPrefix } = consumer;
  const item = value.replace(`arn:aws:s3:::${home.bucket.name}/`, "").replace(`${home.bucket.name}/`, "");
  const workspaces = workspaceKeyPrefix === undefined ? undefined : `${workspaceKeyPrefix}/*/${key}`;
  const places: Readonly<Record<string, string>> = {
    [`arn:aws:s3:::${home.bucket.name}`]: "the bucket",
    [key]: "the state",
    [`${key}.tflock`]: "the lock",
    [`${key}-md5`]: "the digest",
    [`${workspaceKeyPrefix ?? "?"}/`]: "the workspaces' prefix",
    ...(workspaces !== undefined && {
      [workspaces]: "a workspace's state",
      [`${workspaces}.tflock`]: "a workspace's lock",
      [`${workspaces}-md5`]: "a workspace's digest",
    }),
    [keyArn]: "the key",
  };
  if (value.includes(":table/")) return "the legacy table";
  if (value.includes(":kms:")) return "the key";
  const known = places[item] ?? places[value];
  if (known === undefined) throw new Error(`nothing stands for ${value}`);
  return known;
}
