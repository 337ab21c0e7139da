import { ACCESS_LEVELS, type AccessLevel } from "../../lib/policy/access-level";
import type { PolicyDocument } from "../../lib/policy/policy-document";
import { OFFICE } from "../policy-gate/policy-gate";
import type { Asked } from "../policy-gate/questions";
import type { GateWorld } from "../policy-gate/world";
import { ACTORS, EVERYTHING, principalOf, type Row } from "./guard-row";
import { ROWS, simulated, type Distort } from "./guard-table";
import type { Mutant } from "./mutants";
import { ownSteps, stepsOf, succeeded, uniqueQuestions, type ScenarioProof } from "./prove";
import { granted, refusals } from "./replay";
import { role, type Scenario } from "./scenario";
import { INHERITED, type Step } from "./steps";

/** What a level may do although it is another's: it needs nothing that the level does not have. */
const SHARED: Readonly<Partial<Record<AccessLevel, readonly string[]>>> = {
  unlocker: ["force-unlock", "force-unlock (workspace)", "workspace list", "workspace select"],
  planner: ["force-unlock", "force-unlock (workspace)"],
  applier: ["force-unlock", "force-unlock (workspace)"],
  "workspace-admin": ["force-unlock", "force-unlock (workspace)"],
};

/** The steps that a level is not for. */
export function foreignSteps(level: AccessLevel, scenario: Scenario): Step[] {
  const others = ACCESS_LEVELS.filter((other) => other !== level && !INHERITED[level].includes(other));
  return others
    .flatMap((other) => ownSteps(other, scenario))
    .filter(({ name }) => SHARED[level]?.includes(name) !== true);
}

/** The scenario and the world with a fault planted. */
export function planted(mutant: Mutant, scenario: Scenario, world: GateWorld): [Scenario, GateWorld] {
  const { home, policies, keyArn } = scenario;
  const bucket = world.buckets.get(home.bucket.name);
  const key = world.keys.get(keyArn);
  if (bucket === undefined) throw new Error("the scenario is not in the world");
  const changed = new Map(policies);
  if (mutant.level !== undefined) {
    const policy = policies.get(mutant.level);
    if (policy !== undefined && mutant.policy !== undefined) changed.set(mutant.level, mutant.policy(policy, scenario));
  }
  const guard = mutant.guard?.(scenario.guard, scenario) ?? scenario.guard;
  return [
    { ...scenario, policies: changed, guard },
    {
      ...world,
      buckets: new Map(world.buckets).set(bucket.name, { ...bucket, policy: guard }),
      ...(key !== undefined && {
        keys: new Map(world.keys).set(keyArn, { ...key, policy: mutant.key?.(key.policy) ?? key.policy }),
      }),
    },
  ];
}

/** Everything the proof holds against policies, guard, key policy and gate; the first thing that is wrong, if any. */
export async function firstFailure(
  proof: ScenarioProof,
  scenario: Scenario,
  world: GateWorld,
  distort: Distort = (asked) => asked,
): Promise<string | undefined> {
  for (const [level, policy] of scenario.policies) {
    const who = { arn: role(level), policy };
    const refusedIn = async (step: Step): Promise<Asked[]> => {
      const asked = uniqueQuestions(granted(proof.played.get(step)?.judged ?? []));
      return refusals(
        asked.flatMap((each) => distort(each) ?? []),
        who,
        world,
      );
    };
    for (const step of stepsOf(level, scenario)) {
      const played = proof.played.get(step);
      if (played === undefined || !succeeded(step, played)) return `${step.name} did not succeed`;
      // With the guard as it is by default, an unlocker cannot use Terraform's force-unlock.
      if (level !== "unlocker" && (await refusedIn(step)).length > 0) return `${level} is refused ${step.name}`;
    }
    for (const step of foreignSteps(level, scenario))
      if ((await refusedIn(step)).length === 0) return `${level} is allowed ${step.name}`;
    for (const asked of neighbourQuestions(scenario))
      if ((await refusals([distort(asked) ?? []].flat(), who, world)).length === 0)
        return `${level} is allowed ${asked.question.action} on ${asked.question.resource}`;
  }
  for (const row of ROWS)
    for (const actor of ACTORS)
      if ((await simulated(row, actor, scenario, world, distort)) !== row.passes.includes(actor))
        return `${actor} ${row.passes.includes(actor) ? "is refused" : "gets through"}: ${row.name}`;
  return eachAlone(scenario, world, distort);
}

/**
 * Each of guard and policies holds without the other: a policy alone keeps its level from what it is not for, and the
 * guard alone keeps out strangers and holds workspace admins to their workspaces, whatever IAM lets them do.
 */
export async function eachAlone(scenario: Scenario, world: GateWorld, distort: Distort): Promise<string | undefined> {
  const bucket = world.buckets.get(scenario.home.bucket.name);
  if (bucket === undefined) return "there is no bucket";
  const withPolicy = (policy: PolicyDocument): GateWorld => ({
    ...world,
    buckets: new Map(world.buckets).set(bucket.name, { ...bucket, policy }),
  });
  const row = (start: string): Row => {
    const found = ROWS.find(({ name }) => name.startsWith(start));
    if (found === undefined) throw new Error(`there is no row ${start}`);
    return found;
  };
  // The key's policy must not be what refuses here.
  const withoutKey: Distort = (asked) => (asked.question.action.startsWith("kms:") ? undefined : distort(asked));
  const unguarded = withPolicy(SILENT);
  for (const [level, start] of IDENTITY_ALONE)
    if (await simulated(row(start), level, scenario, unguarded, withoutKey))
      return `without a guard, a ${level}: ${start}`;

  const admin = { ...principalOf("workspace-admin", scenario), policies: [EVERYTHING] };
  const other = row("state: DELETE of another consumer's");
  if (await simulated(other, "workspace-admin", scenario, world, withoutKey, admin))
    return "a workspace admin that IAM lets do everything deletes another consumer's state";

  const opened = withPolicy({ ...scenario.guard, Statement: [...scenario.guard.Statement, OPEN_TO_ALL] });
  if (await simulated(row("state: GET of another consumer's"), "stranger", scenario, opened, withoutKey))
    return "a stranger reads where something else opened the bucket";
  return undefined;
}

const IDENTITY_ALONE: readonly (readonly [AccessLevel, string])[] = [
  ["applier", "lock: PUT without If-None-Match"],
  ["applier", "lock: PUT with If-None-Match of an ETag"],
  ["applier", "state: DELETE"],
  ["applier", "state: DELETE of a workspace's"],
  ["reader", "lock: PUT with If-None-Match"],
  ["unlocker", "lock: PUT with If-None-Match"],
  ["planner", "state: PUT without encryption header"],
];

/** A bucket policy that says nothing about anybody here. */
const SILENT: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [
    { Sid: "None", Effect: "Deny", Principal: "*", Action: "s3:PutBucketWebsite", Resource: "arn:aws:s3:::other" },
  ],
};

const OPEN_TO_ALL = {
  Sid: "Open",
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::*/*",
} as const;

/** What nobody of this consumer may do to the others. */
export function neighbourQuestions({ home, consumer }: Scenario): Asked[] {
  const { name, account } = home.bucket;
  const common = {
    "aws:SecureTransport": "true",
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalArn": "",
    "aws:PrincipalAccount": account,
    "aws:ResourceAccount": account,
    "aws:SourceIp": OFFICE,
    "s3:TlsVersion": "1.3",
    "s3:authType": "REST-HEADER",
  };
  const ask = (action: string, key: string | undefined, context: Record<string, string>): Asked => ({
    question: {
      principal: role("anybody"),
      action,
      resource: `arn:aws:s3:::${name}${key === undefined ? "" : `/${key}`}`,
      account,
      context: { ...common, ...context },
    },
    policyOf: `bucket:${name}`,
  });
  return home.consumers
    .filter((other) => other !== consumer)
    .flatMap(({ key, workspaceKeyPrefix }) => {
      const states = [key, ...(workspaceKeyPrefix === undefined ? [] : [`${workspaceKeyPrefix}/dev/${key}`])];
      return states.flatMap((state) => [
        ask("s3:GetObject", state, {}),
        ask("s3:PutObject", state, {}),
        ask("s3:DeleteObject", state, {}),
        ask("s3:GetObject", `${state}.tflock`, {}),
        ask("s3:PutObject", `${state}.tflock`, { "s3:if-none-match": "*" }),
        ask("s3:DeleteObject", `${state}.tflock`, { "s3:if-match": "e" }),
        ask("s3:ListBucket", undefined, { "s3:prefix": state }),
      ]);
    });
}
