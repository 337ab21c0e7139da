import { z } from "zod";
import { problemSchema } from "../../lib/problem/problem-schema";
import type { BootstrapResult } from "../../lib/bootstrap/run-bootstrap";

/** JSON of `bootstrap`, version 1. */
export const bootstrapSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("bootstrap"),
  outcome: z.enum(["deployed", "unchanged", "would-change", "declined"]),
  bucket: z.string(),
  state: z
    .strictObject({ location: z.enum(["local", "bucket"]), key: z.string() })
    .describe("where the bootstrap stack's own state is now"),
  backup: z.string().optional().describe("file name of the local state, where this run retired it"),
  outputs: z
    .record(z.string(), z.strictObject({ value: z.unknown(), next: z.string().describe("what to do with the value") }))
    .optional()
    .describe("outputs of the deployed stack that you do something with, by name; no sensitive ones"),
  warnings: z
    .array(problemSchema)
    .optional()
    .describe("what does not stop the run, and you should know; absent if nothing"),
  changes: z.array(
    z.strictObject({
      address: z.string(),
      action: z.enum(["create", "update", "delete", "replace", "import", "forget"]),
      differences: z
        .array(
          z.strictObject({
            attribute: z.string(),
            before: z.unknown(),
            after: z.unknown().optional().describe("absent if known only at apply"),
          }),
        )
        .describe("attributes of an existing resource that would change"),
    }),
  ),
});

/** Returns the result of a run as JSON data. */
export function bootstrapJson({ plan, outputs, ...rest }: BootstrapResult): z.infer<typeof bootstrapSchema> {
  const changes = plan.changes.map(({ address, action, differences }) => ({
    address,
    action,
    differences: [...differences],
  }));
  const { warnings = [] } = plan;
  const named = Object.fromEntries(outputs.map(({ name, value, next }) => [name, { value, next }]));
  return {
    version: 1,
    command: "bootstrap",
    ...rest,
    ...(outputs.length > 0 ? { outputs: named } : {}),
    ...(warnings.length > 0 ? { warnings: [...warnings] } : {}),
    changes,
  };
}
