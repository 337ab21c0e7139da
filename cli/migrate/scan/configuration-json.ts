import { z } from "zod";
import { consumerEdit, nextPhase } from "../../../lib/migrate/scan/next-step";
import type { ScannedConfiguration } from "../../../lib/migrate/scan/scan";
import type { Move, Refusal } from "../../../lib/migrate/step/move-plan";
import { LOCKINGS, type Locking } from "../../../lib/policy/access-level";
import type { Problem } from "../../../lib/problem/problem";
import { problemSchema } from "../../../lib/problem/problem-schema";

/** Null if no file has it. */
const setting = z
  .union([
    z.strictObject({ value: z.string() }),
    z.strictObject({ expression: z.string().describe("As it is written; Statelock does not evaluate it.") }),
  ])
  .nullable();

export const configurationSchema = z.strictObject({
  root: z
    .string()
    .describe(
      "The folder that Terraform runs in, relative to the working directory. For a consumer: its config, `#` and its name.",
    ),
  source: z.enum(["terraform", "opentofu", "terragrunt", "cdktf", "partial", "reader", "consumer"]),
  label: z.string().optional().describe("The name of a reader's data source, or of a consumer."),
  file: z.string(),
  line: z
    .int()
    .describe("For a consumer: the line of its quoted name, or 1 if the config does not hold the name exactly once."),
  partials: z.array(z.string()).describe("Partial configuration files; a later one overrides an earlier one."),
  bucket: setting,
  key: setting,
  table: setting,
  phase: z.enum([...LOCKINGS, "none", "unknown"]),
  versions: z.strictObject({
    required: z.array(z.string()),
    places: z.array(z.string()).optional().describe("File and line of each constraint."),
    floor: z.string(),
    verdict: z.enum(["met", "allows-older", "too-old", "undeclared", "unreadable"]),
  }),
  obstacles: z.array(problemSchema).describe("What you have to fix by hand first."),
  notices: z.array(problemSchema).describe("What you should know, and what blocks nothing."),
  next: z.string(),
  edit: z.string().optional().describe("What to write into the consumer of the config by hand."),
});

export const moveSchema = z.strictObject({
  roots: z.array(z.string()).describe("Roots that share a file move together."),
  files: z.array(z.string()),
});

export const refusalSchema = z.strictObject({ roots: z.array(z.string()), problems: z.array(problemSchema) });

export const scanProblemsSchema = z
  .array(problemSchema)
  .describe("Files that Statelock could not read, states that two roots write, and roots that skipped a phase.");

/** Returns the JSON of a configuration. @param to the phase of a step by hand. @default - its next phase */
export function configurationJson(
  configuration: ScannedConfiguration,
  to: Locking | undefined = nextPhase(configuration),
): z.infer<typeof configurationSchema> {
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
    versions: { ...versions, required: [...versions.required], places: [...versions.places] },
    obstacles: [...obstacles],
    notices: [...notices],
    next,
    ...(source === "consumer" && to !== undefined && to !== phase ? { edit: consumerEdit(to) } : {}),
  };
}

/** Returns the JSON of roots that move together. */
export function moveJson({ roots, replacements }: Move): { roots: string[]; files: string[] } {
  return { roots: [...roots], files: replacements.map(({ path }) => path) };
}

/** Returns the JSON of roots that stay, and why. */
export function refusalJson({ roots, problems }: Refusal): { roots: string[]; problems: Problem[] } {
  return { roots: [...roots], problems: [...problems] };
}
