import { z } from "zod";
import { problemSchema } from "../../lib/problem/problem-schema";

/** JSON of a command that ended with an error, version 1. Apart from the report, so that a help does not load zod. */
export const problemsSchema = z.strictObject({ version: z.literal(1), problems: z.array(problemSchema).min(1) });
