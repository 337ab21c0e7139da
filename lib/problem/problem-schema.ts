import { z } from "zod";
import type { Problem } from "./problem";

/** A {@link Problem} in the JSON that a command prints. */
export const problemSchema = z.strictObject({
  code: z.string().describe("stable; docs/reference/problems.md lists all codes"),
  path: z.string().describe("where: a path into the config, a file, an S3 URL or a command-line option"),
  message: z.string(),
  fix: z.string().describe("the next step"),
}) satisfies z.ZodType<Problem>;
