import type { Mention } from "../../files/project-files";
import type { Inventory } from "../../inventory/inventory";
import type { TableDescription, TableItem } from "../../lock/lock-table";
import { tableGrants, type TableGrant } from "../../policy/table-grants";
import { reworded, UserError, type Problem } from "../../problem/problem";
import type { IgnoredMention } from "../../record/migration-record";
import { shellQuoted } from "../../text/shell-quoted";
import { uncut } from "../../work/interruption";
import type { Progress } from "../../work/progress";
import type { Configuration } from "../scan/configuration/configuration";
import type { HandPlace } from "../scan/outside/outside-hcl";
import { retireBlocks } from "./retire-blocks";
import type { RetirePort, TableRemoval } from "./retire-port";
import { tableItems } from "./table-items";

/** Where the users of a table were searched. */
export interface LookedAt {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** Lines that name the table, and that somebody passed over. */
  readonly ignored: readonly IgnoredMention[];
}

/** Which table to remove, and who may still need it. */
export interface RetireOptions {
  readonly name: string;
  /** Everything that the scan found, readers too. */
  readonly fleet: readonly Configuration[];
  readonly inventory: Inventory | undefined;
  /** Places outside of HCL that give a backend its table. @default - none */
  readonly byHand?: readonly HandPlace[];
  /** Lines of text files that name it, and nobody passed over. @default - none */
  readonly mentions?: readonly Mention[];
  /** What was searched for its name, for the backup. @default - nothing */
  readonly lookedAt?: LookedAt;
  /** `ignore`: policies are not read. `keep`: they are read, and do not block. */
  readonly grants: "block" | "keep" | "ignore";
  /** Stops before the first change. */
  readonly dryRun: boolean;
  /** Called once, before the first change. @throws UserError if nobody confirms */
  readonly confirm: (table: TableDescription) => Promise<void>;
  readonly progress: Progress;
}

/** What a run found and did. */
export interface RetireResult {
  readonly outcome: "blocked" | "removable" | "removed";
  /** As it was before the run. */
  readonly table: TableDescription;
  /** Statements that name the table; undefined if policies were not read. */
  readonly grants: readonly TableGrant[] | undefined;
  readonly hasBackup: boolean;
  readonly blocks: readonly Problem[];
}

/**
 * Removes a table that nobody needs: it is empty, and no root, consumer or grant names it. Writes a backup first, and
 * lists the items again before the removal.
 * @throws UserError if AWS refuses an answer or the removal, or nobody confirms
 */
export async function retireTable(port: RetirePort, options: RetireOptions): Promise<RetireResult> {
  const { name, fleet, inventory, progress } = options;
  const described = await port.table.describe();
  if (described.found === "unreadable") throw new UserError([described.problem], "unknown");
  const { table } = described;
  const items = await tableItems(port.table, name, progress);
  const grants = options.grants === "ignore" ? undefined : await grantsOn(port, table, progress);
  const blocking = options.grants === "block" ? (grants ?? []) : [];
  const blocks = retireBlocks({
    name,
    table,
    items,
    fleet,
    inventory,
    byHand: options.byHand ?? [],
    mentions: options.mentions ?? [],
    grants: blocking,
  });
  const seen = { table, grants, hasBackup: false, blocks };
  if (blocks.length > 0) return { ...seen, outcome: "blocked" };
  if (options.dryRun) return { ...seen, outcome: "removable" };

  await options.confirm(table);
  port.writeBackup(backupText(table, items, new Date(), options.lookedAt));
  const late = await tableItems(port.table, name, progress);
  if (late.length > 0) {
    const lateBlocks = retireBlocks({ name, table, items: late, fleet: [], inventory: undefined, grants: [] });
    return { ...seen, outcome: "blocked", hasBackup: true, blocks: lateBlocks };
  }
  await progress(`Remove ${name}`, () => remove(port.removal, table));
  return { ...seen, outcome: "removed", hasBackup: true };
}

async function grantsOn(
  port: RetirePort,
  { arn }: TableDescription,
  progress: Progress,
): Promise<readonly TableGrant[]> {
  try {
    return await progress("Look for grants in IAM", async (say) => {
      const policies = await port.heldPolicies(arn);
      say(`${String(policies.length)} policies`);
      return tableGrants(policies, arn);
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const skip = "Or add --no-grants, if you know who may still use the table.";
    throw new UserError(
      error.problems.map((problem) => reworded(problem, { fix: `${problem.fix} ${skip}` })),
      error.kind,
    );
  }
}

/** A signal waits until the table is removed or protected again. */
function remove(removal: TableRemoval, { arn, deletionProtection }: TableDescription): Promise<void> {
  if (!deletionProtection) return removal.remove();
  const leaves = `${arn} without its deletion protection: ${protectCommand(arn)}`;
  return uncut(leaves, () => removeProtected(removal, arn), { goesOn: true });
}

/** If DynamoDB refuses the removal, turns the protection on again, and reports it if that fails too. */
async function removeProtected(removal: TableRemoval, arn: string): Promise<void> {
  try {
    await removal.protect(false);
    await removal.remove();
  } catch (error) {
    const isProtected = await removal.protect(true).then(
      () => true,
      () => false,
    );
    if (isProtected || !(error instanceof UserError)) throw error;
    throw new UserError([...error.problems, unprotected(arn)], "unknown");
  }
}

function unprotected(arn: string): Problem {
  return {
    code: "table-unprotected",
    path: arn,
    message: "still exists and may have lost its deletion protection: DynamoDB did not turn it on again",
    fix: `Run the command again, or turn the protection on: ${protectCommand(arn)}`,
  };
}

function protectCommand(arn: string): string {
  return `aws dynamodb update-table --table-name ${shellQuoted(arn)} --deletion-protection-enabled`;
}

/** The table's description, its items and what was searched for its users, in DynamoDB's own JSON. */
function backupText(
  table: TableDescription,
  items: readonly TableItem[],
  at: Date,
  lookedAt: LookedAt | undefined,
): string {
  const document = {
    version: 1,
    table,
    at: at.toISOString(),
    items: items.map(({ attributes }) => attributes),
    ...(lookedAt === undefined ? {} : { lookedAt }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
