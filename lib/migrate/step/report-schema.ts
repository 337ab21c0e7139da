import { z } from "zod";
import { ACCESS_LEVELS, LOCKINGS } from "../../policy/access-level";
import { problemSchema } from "../../problem/problem-schema";

/** Null where it is in no file. */
const setting = z
  .union([
    z.strictObject({ value: z.string() }),
    z.strictObject({ expression: z.string().describe("The expression as written; Statelock does not evaluate it.") }),
  ])
  .nullable();

const configuration = z.strictObject({
  root: z
    .string()
    .describe(
      "The root's folder, from the working directory. For a consumer: the path of its config, `#` and its name.",
    ),
  source: z.enum(["terraform", "opentofu", "terragrunt", "cdktf", "partial", "reader", "consumer"]),
  label: z.string().optional().describe("For a reader, the name of the data source; for a consumer, its name."),
  file: z.string(),
  line: z
    .int()
    .describe("Of a consumer the line of its quoted name; 1 where the config does not hold it exactly once."),
  partials: z.array(z.string()).describe("Partial configurations that are merged in, the last overriding."),
  bucket: setting,
  key: setting,
  table: setting,
  phase: z.enum([...LOCKINGS, "none", "unknown"]),
  versions: z.strictObject({
    required: z.array(z.string()),
    floor: z.string(),
    verdict: z.enum(["met", "allows-older", "too-old", "undeclared", "unreadable"]),
  }),
  obstacles: z.array(problemSchema).describe("What you have to fix by hand first."),
  notices: z.array(problemSchema).describe("What is worth knowing and stops nothing."),
  next: z.string(),
  edit: z.string().optional().describe("What to write into the consumer of the config by hand."),
});

const move = z.strictObject({
  roots: z.array(z.string()).describe("Roots that share a file move together."),
  files: z.array(z.string()),
});

const refusal = z.strictObject({ roots: z.array(z.string()), problems: z.array(problemSchema) });
const to = z.enum(["both", "lockfile"]);
const problems = z.array(problemSchema).describe("Files that could not be read, and states that two roots write.");

/** What `migrate scan --json` prints. */
export const migrateScanSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate scan"),
  files: z.int().describe("Number of files read."),
  phases: z.record(configuration.shape.phase, z.int()),
  configurations: z.array(configuration),
  problems,
});

const grantChange = z.strictObject({
  change: z.enum(["needed", "unneeded"]).describe("`unneeded`: once no root of the state goes back."),
  roots: z.array(z.string()),
  levels: z
    .array(z.enum(ACCESS_LEVELS))
    .describe("The access levels whose policies change; docs/reference/policies.md explains them."),
  grants: z.array(
    z.strictObject({
      actions: z.array(z.string()),
      resources: z.array(z.string()).describe("Contains `<account>` if no file names the account."),
      condition: z
        .record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())])))
        .optional()
        .describe("As in the statement of a policy."),
    }),
  ),
});

/** What `migrate plan --json` and `migrate apply --dry-run --json` print. */
export const migratePlanSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate plan"),
  to,
  moves: z.array(move.extend({ diff: z.string().describe("A patch for `git apply`.") })),
  refusals: z.array(refusal),
  byHand: z.array(configuration),
  grants: z.array(grantChange).describe("What the step changes in policies. Statelock does not read what roles have."),
  untold: z.array(problemSchema).describe("Why the grants of some roots are not named."),
  problems,
});

/** What `migrate apply --json` prints. */
export const migrateApplySchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate apply"),
  to,
  moved: z.array(move),
  refusals: z.array(refusal),
  byHand: z.array(configuration),
  problems,
});

/** What `migrate rollback --json` prints. */
export const migrateRollbackSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate rollback"),
  to: z.enum(["dynamodb", "both"]),
  dryRun: z.boolean(),
  digests: z.array(
    z.strictObject({
      root: z.string(),
      bucket: z.string(),
      stateKey: z.string(),
      outcome: z
        .enum(["right", "needed", "repaired", "refused", "unknown"])
        .describe("`needed`: it is stale and would be repaired, and this was a dry run."),
      problems: z.array(problemSchema),
    }),
  ),
  moved: z.array(move),
  refusals: z.array(refusal),
  byHand: z.array(configuration),
  problems,
});
