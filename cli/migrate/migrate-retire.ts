import { Command } from "commander";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { writeWhole } from "../../lib/files/whole-file";
import type { TablePlace } from "../../lib/aws/connect";
import { accountPolicies, tablePolicy } from "../../lib/aws/held-policies";
import { lockTable } from "../../lib/aws/dynamodb-lock-table";
import { tableRemoval, type TableRemoval } from "../../lib/aws/table-removal";
import type { TableDescription, TableItem } from "../../lib/lock/lock-table";
import { backupText, lookedIntoText, retireProblems } from "../../lib/migrate/table/retire";
import { tableGrants, type TableGrant } from "../../lib/policy/table-grants";
import { UserError, type Problem } from "../../lib/problem/problem";
import { openBucket, usage } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { counted } from "../../lib/text/counted";
import { noteProblems, notLookedAt, scanProject, unreadProblems } from "./migrate-project";
import { tableItems } from "./migrate-scrub";
import { terminalProgress } from "../screen/progress";
import { EXIT } from "../screen/report-error";
import { problemSchema } from "../../lib/problem/problem-schema";
import { chosenRegion } from "../options/region-option";
import { isConfirmed } from "../screen/confirm";

interface Options {
  readonly table: string;
  readonly region?: string;
  readonly tableOwner?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly inventory?: string;
  readonly backup?: string;
  readonly grants?: boolean;
  readonly keepGrants?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock migrate retire --table locks --dry-run    what still blocks
  $ statelock migrate retire --table locks --inventory cdktf.out/inventory.json infra modules
  $ statelock migrate retire --table locks --yes        where nobody can type the table's name

Look into all folders that hold roots; consumers of a config elsewhere count with --inventory alone, or with its folder.
Nothing is removed while a root, a reader or a consumer names the table, or may, or
while an item is in it, or while a policy of the account or of the table itself allows somebody to work on its items by
name. What allows everything on every table does not count. A backup is written first. There is no way back.
Exit code 0: the table is gone (or could go). 1: something blocks. 2: something could not be told, or not confirmed.`;

/** What `migrate retire --json` prints. */
export const migrateRetireSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate retire"),
  table: z.string(),
  outcome: z.enum(["blocked", "removable", "removed"]),
  deletionProtection: z.boolean().describe("As it was found."),
  grants: z
    .array(
      z.strictObject({
        holders: z.array(z.string()),
        policy: z.string(),
        statement: z.string(),
        actions: z.array(z.string()),
        resources: z.array(z.string()),
      }),
    )
    .nullable()
    .describe("Statements that name the table; null where --no-grants kept from looking."),
  backup: z.string().nullable().describe("The file; null where nothing was removed."),
  blocks: z.array(problemSchema),
});

type Retired = z.infer<typeof migrateRetireSchema>;

/** `statelock migrate retire` */
export function migrateRetireCommand(context: CommandContext): Command {
  return new Command("retire")
    .description("Remove the DynamoDB table, once nothing names it and nothing is in it.")
    .argument("[folders...]", "folders to look into (default: the working directory)")
    .requiredOption("--table <name>", "the DynamoDB table")
    .option("--region <region>", "region of the table (default: AWS_REGION)")
    .option("--table-owner <account>", "account that the table must belong to")
    .option("--profile <name>", "profile of the AWS configuration")
    .option("--role-arn <arn>", "role to assume first")
    .option("--inventory <file>", "also look at the consumers of this inventory")
    .option("--backup <file>", "where the backup of the items goes (default: <table>.<time>.backup.json)")
    .option("--no-grants", "do not look into IAM for who may still use the table")
    .option("--keep-grants", "grants that name the table do not block: you have read them")
    .option("--dry-run", "look, and remove nothing")
    .option("--yes", "do not ask for the table's name")
    .option("--json", "print the result as JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (folders: readonly string[], options: Options) => {
      show(context, await retire(context, folders, options), options);
    });
}

async function retire(context: CommandContext, folders: readonly string[], options: Options): Promise<Retired> {
  const { environment, workingDirectory } = context;
  const { table: name, profile, roleArn } = options;
  const region = chosenRegion(options.region, environment);
  if (region === undefined) throw usage("--region", "must be given", "Add --region, or set AWS_REGION.");
  const backup = options.backup ?? `${name}.${new Date().toISOString().replace(/[:.]/g, "-")}.backup.json`;
  if (existsSync(resolve(workingDirectory, backup)))
    throw usage("--backup", "must be a file that is not there yet", "Choose another name.");
  const { scan } = await scanProject(context, folders);
  const unreadable = unreadProblems(scan).filter(({ code }) => code !== "no-backend");
  // What could not be read may name the table.
  if (unreadable.length > 0) throw new UserError([...unreadable, notLookedAt(name)], "unknown");
  const inventory =
    options.inventory === undefined ? undefined : openBucket(context, { inventory: options.inventory }).inventory;
  const place = { name, region, account: options.tableOwner, access: { profile, roleArn } };
  const described = await lockTable(place).describe();
  if (described.found === "unreadable") throw new UserError([described.problem], "unknown");
  const { table } = described;
  const items = await tableItems(context, place);
  const grants = options.grants === false ? undefined : await grantsOn(context, place, table);
  const counting = options.keepGrants === true ? [] : (grants ?? []);
  const fleet = scan.configurations;
  const blocks = retireProblems({ name, table, items, fleet, inventory, grants: counting });
  const result = {
    version: 1,
    command: "migrate retire",
    table: name,
    deletionProtection: table.deletionProtection,
    grants: grants === undefined ? null : grants.map(grantJson),
  } as const;
  if (blocks.length > 0) return { ...result, outcome: "blocked", backup: null, blocks };
  if (options.dryRun === true) {
    noteLookedInto(context, folders, options);
    return { ...result, outcome: "removable", backup: null, blocks: [] };
  }
  noteLookedInto(context, folders, options);
  await confirm(context, table, options);
  writeWhole(resolve(workingDirectory, backup), backupText(table, items, new Date()));
  const late = (await tableItems(context, place)).filter((item) => !isAmong(items, item));
  if (late.length > 0) {
    const now = { name, table, items: late, fleet: [], inventory: undefined, grants: [] };
    return { ...result, outcome: "blocked", backup, blocks: retireProblems(now) };
  }
  await terminalProgress(context.terminal)(`Remove ${name}`, () => remove(tableRemoval(place), table));
  return { ...result, outcome: "removed", backup, blocks: [] };
}

/** Who may still work on the table's items, with progress on standard error. */
async function grantsOn(
  context: CommandContext,
  place: TablePlace,
  { arn }: TableDescription,
): Promise<readonly TableGrant[]> {
  try {
    return await terminalProgress(context.terminal)("Look for grants in IAM", async (say) => {
      const policies = [...(await accountPolicies(place)), await tablePolicy(place, arn)];
      say(`${String(policies.length)} policies`);
      return tableGrants(
        policies.filter((policy) => policy !== undefined),
        arn,
      );
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const skip = "Or add --no-grants: then who may still use the table is yours to know.";
    throw new UserError(
      error.problems.map((each) => ({ ...each, fix: `${each.fix} ${skip}` })),
      error.kind,
    );
  }
}

function grantJson({ holders, actions, resources, ...grant }: TableGrant): NonNullable<Retired["grants"]>[number] {
  return { ...grant, holders: [...holders], actions: [...actions], resources: [...resources] };
}

/** A removal that DynamoDB refuses leaves the table as protected as it was, or says that it may not be. */
async function remove(removal: TableRemoval, { arn, deletionProtection }: TableDescription): Promise<void> {
  if (!deletionProtection) {
    await removal.remove();
    return;
  }
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
    message: "must be protected from deletion again, because it was not removed, and that failed: it may not be",
    fix: "Run the command again, or turn its deletion protection on: aws dynamodb update-table --deletion-protection-enabled",
  };
}

function isAmong(items: readonly TableItem[], item: TableItem): boolean {
  return items.some(({ lockId }) => lockId === item.lockId);
}

/** What the search covered, and what it did not. */
function noteLookedInto(
  { terminal, workingDirectory }: CommandContext,
  folders: readonly string[],
  { inventory, table }: Options,
): void {
  const looked = (folders.length === 0 ? ["."] : folders).map((folder) => resolve(workingDirectory, folder));
  terminal.note(`\n${lookedIntoText(looked, inventory, table)}`);
}

async function confirm({ terminal }: CommandContext, table: TableDescription, options: Options): Promise<void> {
  terminal.note(`${table.arn} is empty, and nothing in what was looked into names it. There is no way back.`);
  const isNamed = await isConfirmed(terminal, {
    command: "statelock migrate retire",
    question: "Type the table's name to remove it: ",
    accepts: (answer) => answer === options.table,
    yes: options.yes,
  });
  if (!isNamed) throw new UserError([notConfirmed], "unknown");
}

const notConfirmed: Problem = {
  code: "not-confirmed",
  path: "statelock migrate retire",
  message: "must be confirmed with the table's name, got another",
  fix: "Look with --dry-run, then run it with --yes, or type the name.",
};

function show(context: CommandContext, result: Retired, { json, keepGrants }: Options): void {
  if (result.outcome === "blocked") context.exitWith(EXIT.refused);
  if (json === true) {
    context.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  noteProblems(context, result.blocks);
  const { note } = context.terminal;
  if (result.grants === null)
    note("\nIAM was not looked into (--no-grants): who may still use the table is not known.");
  else if (keepGrants === true && result.grants.length > 0)
    note(`\n${String(result.grants.length)} grants that name the table stay (--keep-grants).`);
  if (result.outcome === "blocked")
    note(`\n${result.table} stays: ${counted(result.blocks.length, "reason")} for that.`);
  if (result.outcome === "removable")
    note(`\n${result.table} can go${result.deletionProtection ? "; its deletion protection will be turned off" : ""}.`);
  if (result.outcome === "removed") note(`\n${result.table} is gone. Backup: ${result.backup ?? ""}`);
}
