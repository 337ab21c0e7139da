import { z } from "zod";
import type { RetireResult } from "../../../lib/migrate/table/retire-table";
import { problemSchema } from "../../../lib/problem/problem-schema";

const grant = z.strictObject({
  holders: z.array(z.string()),
  policy: z.string(),
  statement: z.string(),
  actions: z.array(z.string()),
  resources: z.array(z.string()),
});

/** What `migrate retire --json` prints. */
export const migrateRetireSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate retire"),
  table: z.string(),
  outcome: z.enum(["blocked", "removable", "removed"]),
  deletionProtection: z.boolean().describe("The table's setting before the run."),
  grants: z.array(grant).nullable().describe("Statements that name the table; null with --no-grants."),
  backup: z.string().nullable().describe("The backup file; null if the run wrote none."),
  blocks: z.array(problemSchema),
});

/** Returns the JSON document of a retirement. @param backup where a backup goes, if the run writes one */
export function retireJson(result: RetireResult, name: string, backup: string): z.infer<typeof migrateRetireSchema> {
  const { outcome, table, grants, hasBackup, blocks } = result;
  return {
    version: 1,
    command: "migrate retire",
    table: name,
    deletionProtection: table.deletionProtection,
    grants:
      grants?.map(({ holders, actions, resources, ...each }) => {
        return { ...each, holders: [...holders], actions: [...actions], resources: [...resources] };
      }) ?? null,
    outcome,
    backup: hasBackup ? backup : null,
    blocks: [...blocks],
  };
}
