import { z } from "zod";
import type { Scan } from "../../../lib/migrate/scan/scan";
import type { Applied } from "../../../lib/migrate/step/apply-plan";
import type { MovePlan, Target } from "../../../lib/migrate/step/move-plan";
import { moveDiffs, templateDiffs, type NameOf } from "../../../lib/migrate/step/plan-diff";
import type { PlannedStep } from "../../../lib/migrate/step/plan-step";
import type { PlannedGrants } from "../../../lib/migrate/step/planned-grants";
import { ACCESS_LEVELS } from "../../../lib/policy/access-level";
import { problemSchema } from "../../../lib/problem/problem-schema";
import {
  configurationJson,
  configurationSchema,
  moveJson,
  moveSchema,
  refusalJson,
  refusalSchema,
  scanProblemsSchema,
} from "../scan/configuration-json";

const to = z.enum(["both", "lockfile"]);

const unlocked = z.array(configurationSchema).optional().describe("Roots that nothing locks.");

const template = z.strictObject({ path: z.string() });
const OF_TEMPLATES = "Files from which others are made. No root has them.";

const grantChange = z.strictObject({
  change: z.enum(["needed", "unneeded"]).describe("`unneeded`: after the step, once no root of the state goes back."),
  roots: z.array(z.string()),
  levels: z.array(z.enum(ACCESS_LEVELS)).describe("Whose policies: docs/reference/policies.md."),
  grants: z.array(
    z.strictObject({
      actions: z.array(z.string()),
      resources: z.array(z.string()).describe("With `<account>` if no file names the account."),
      condition: z
        .record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())])))
        .optional()
        .describe("As in a policy's statement."),
    }),
  ),
});

/** What `migrate plan --json` and `migrate apply --dry-run --json` print. */
export const migratePlanSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate plan"),
  to,
  moves: z.array(moveSchema.extend({ diff: z.string().describe("A patch for git apply.") })),
  refusals: z.array(refusalSchema),
  byHand: z.array(configurationSchema),
  unknown: z.array(configurationSchema).optional().describe("Roots whose files do not say how they lock."),
  unlocked,
  templates: z
    .array(template.extend({ diff: z.string().describe("A patch for git apply.") }))
    .optional()
    .describe(OF_TEMPLATES),
  grants: z.array(grantChange).describe("What the step changes in policies. Statelock does not read the roles."),
  untold: z.array(problemSchema).describe("Why Statelock cannot name the grants of some roots."),
  problems: scanProblemsSchema,
});

/** What `migrate apply --json` prints. */
export const migrateApplySchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate apply"),
  to,
  moved: z.array(moveSchema),
  refusals: z.array(refusalSchema),
  byHand: z.array(configurationSchema),
  unknown: z.array(configurationSchema).optional().describe("Roots whose files do not say how they lock."),
  unlocked,
  templates: z.array(template).optional().describe(OF_TEMPLATES),
  warnings: z
    .array(problemSchema)
    .optional()
    .describe("Why the step to lockfile will be refused: the store does not lock."),
  problems: scanProblemsSchema,
});

/** Returns the JSON document of a plan. */
export function planJson(
  plan: MovePlan,
  scan: Scan,
  { grants, untold }: PlannedGrants,
  nameOf: NameOf,
): z.infer<typeof migratePlanSchema> {
  const diffs = moveDiffs(plan, scan, nameOf);
  const { templates = [] } = plan;
  const patches = templateDiffs(plan, scan, nameOf);
  return {
    version: 1,
    command: "migrate plan",
    to: forward(plan),
    moves: plan.moves.map((move, index) => {
      const { roots, files } = moveJson(move);
      return { roots, files, diff: diffs[index] ?? "" };
    }),
    refusals: plan.refusals.map(refusalJson),
    byHand: plan.byHand.map((each) => configurationJson(each, plan.to)),
    unknown: (plan.unknown ?? []).map((each) => configurationJson(each)),
    unlocked: (plan.unlocked ?? []).map((each) => configurationJson(each)),
    ...(templates.length === 0
      ? {}
      : { templates: templates.map(({ path }, index) => ({ path, diff: patches[index] ?? "" })) }),
    grants: [...grants] as z.infer<typeof grantChange>[],
    untold: [...untold],
    problems: [...scan.problems],
  };
}

/** Returns the JSON document of a step that was made. */
export function appliedJson(
  applied: Applied,
  { plan, warnings = [] }: Pick<PlannedStep, "plan" | "warnings">,
  scan: Scan,
): z.infer<typeof migrateApplySchema> {
  const { templates = [] } = applied;
  return {
    version: 1,
    command: "migrate apply",
    to: forward(plan),
    moved: applied.moved.map(moveJson),
    refusals: applied.refusals.map(refusalJson),
    byHand: plan.byHand.map((each) => configurationJson(each, plan.to)),
    unknown: (plan.unknown ?? []).map((each) => configurationJson(each)),
    unlocked: (plan.unlocked ?? []).map((each) => configurationJson(each)),
    ...(templates.length === 0 ? {} : { templates: templates.map(({ path }) => ({ path })) }),
    warnings: [...warnings],
    problems: [...scan.problems],
  };
}

function forward({ to: phase }: MovePlan): Target {
  if (phase === "dynamodb") throw new Error("a step back has its own document");
  return phase;
}
