import { z } from "zod";

/** JSON of `init`, version 1. */
export const initSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("init"),
  outcome: z.enum(["written", "would-write"]),
  files: z.array(z.string()).describe("Paths from the project's folder."),
  mainLines: z.string().optional().describe("What to add to main.ts of an existing CDKTF project."),
});

export type InitReport = z.infer<typeof initSchema>;
