import { Command } from "commander";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { requireWholeScan } from "../../../lib/migrate/table/require-whole-scan";
import { retireTable, type RetireResult } from "../../../lib/migrate/table/retire-table";
import { counted } from "../../../lib/text/counted";
import { collectValues } from "../../options/collect-values";
import { openBucket } from "../../options/bucket-options";
import { usage } from "../../options/usage-problem";
import { shared } from "../../options/shared-options";
import type { CommandContext } from "../../screen/command-context";
import { helpText, type HelpText } from "../../screen/help-text";
import { terminalProgress } from "../../screen/terminal-progress";
import { EXIT } from "../../screen/report-error";
import { confirmRetire, noteScanned } from "./confirm-retire";
import { liveDefaults, tableOf } from "../project/migrate-live-access";
import { backendFilesOption, type BackendFiles, noteProblems, scanProject } from "../project/migrate-project";
import { unreadProblems } from "../../../lib/migrate/scan/unread-problems";
import { tableMentions } from "./retire-mentions";
import { retireJson } from "./retire-json";
import { retirePort } from "./live-retire-port";

interface Options extends BackendFiles {
  readonly table: string;
  readonly region?: string;
  readonly tableOwner?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly inventory?: string;
  readonly backup?: string;
  readonly also?: readonly string[];
  readonly ignoreMention?: readonly string[];
  readonly reason?: string;
  readonly grants?: boolean;
  readonly keepGrants?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock migrate retire --table locks --dry-run", "show what still needs the table"],
    ["statelock migrate retire --table locks --inventory cdktf.out/inventory.json infra modules"],
    ["statelock migrate retire --table locks --yes", "in a pipeline, where nobody can type the table's name"],
  ],
  text: [
    "Scan every folder that holds roots, and name other repositories with --also. Add --inventory for the consumers of a config that is in none of these folders. Statelock does not remove the table while:",
    "- a root, a reader or a consumer names it, or may name it",
    "- a text file below the folders contains its name, outside of .git, of copies and packages (.terraform, .terragrunt-cache, .terragrunt-stack, node_modules, .statelock), and of Statelock's own config, records and output",
    "- it holds an item",
    "- a policy of the account, or the table's own, allows actions on its items and names the table; a policy that allows the same on every table does not count",
    "Statelock writes a backup first, with the list of the files that it searched. You cannot undo the removal.",
  ],
  exit: {
    0: "the table is removed (with --dry-run: it can be)",
    1: "something needs it",
    2: "AWS did not answer a question, or nobody confirmed",
  },
};

/** `statelock migrate retire` */
export function migrateRetireCommand(context: CommandContext): Command {
  return new Command("retire")
    .description("Remove the DynamoDB table once it is empty and nobody names it.")
    .argument("[folders...]", "folders to scan (default: the working directory)")
    .requiredOption("--table <name>", "the DynamoDB table")
    .addOption(backendFilesOption())
    .addOption(shared("region", "region of the table (default: AWS_REGION)"))
    .option("--table-owner <account>", "account that the table must belong to")
    .addOption(shared("profile", "profile of the AWS configuration"))
    .addOption(shared("roleArn", "role to assume first"))
    .addOption(shared("inventory", "also check the consumers of this inventory"))
    .option("--backup <file>", "file for the backup of the items (default: <table>.<time>.backup.json)")
    .option("--also <folder>", "also scan and search this folder or repository; repeatable", collectValues)
    .option(
      "--ignore-mention <file:line>",
      "pass over a line that contains the table's name; repeatable",
      collectValues,
    )
    .option("--reason <text>", "why nothing there needs the table; the record keeps it")
    .option("--no-grants", "do not search IAM for grants on the table")
    .option("--keep-grants", "do not stop at grants that name the table, because you have read them")
    .addOption(shared("dryRun", "show what would happen, and remove nothing"))
    .addOption(shared("yes", "do not ask for the table's name"))
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (given: readonly string[], options: Options) => {
      const folders = [...(given.length === 0 ? ["."] : given), ...(options.also ?? [])];
      const backup = options.backup ?? `${options.table}.${new Date().toISOString().replace(/[:.]/g, "-")}.backup.json`;
      const result = await retire(context, folders, backup, options);
      if (result.outcome === "blocked") context.exitWith(EXIT.refused);
      if (options.json === true)
        context.write(`${JSON.stringify(retireJson(result, options.table, backup), null, 2)}\n`);
      else show(context, result, backup, options);
    });
}

async function retire(
  context: CommandContext,
  folders: readonly string[],
  backup: string,
  options: Options,
): Promise<RetireResult> {
  const { table: name, tableOwner: account, profile, roleArn, inventory } = options;
  const { region } = liveDefaults(context, options);
  if (region === undefined) throw usage("--region", "must be given", "Add --region, or set AWS_REGION.");
  const backupPath = resolve(context.workingDirectory, backup);
  if (existsSync(backupPath))
    throw usage("--backup", "must be a new file, got one that exists", "Choose another name.");
  const { scan } = await scanProject(context, folders, options);
  // Without any root, only an inventory says who uses the table.
  const unread = unreadProblems(scan).filter(({ code }) => code !== "no-backend" || inventory === undefined);
  requireWholeScan(unread, name);
  const search = await tableMentions(context, scan, folders, options);
  if (options.dryRun !== true) search.keep();
  const asked = { region, access: { profile, roleArn } };
  const place = tableOf(name, { account, tableInAccount: true }, asked);
  const port = retirePort(place, backupPath);
  const result = await retireTable(port, {
    name,
    fleet: scan.configurations,
    inventory: inventory === undefined ? undefined : openBucket(context, { inventory }).inventory,
    grants: options.grants === false ? "ignore" : options.keepGrants === true ? "keep" : "block",
    byHand: scan.byHand ?? [],
    mentions: search.mentions,
    lookedAt: search.lookedAt,
    dryRun: options.dryRun === true,
    confirm: async (table) => {
      noteScanned(context, folders, options);
      await confirmRetire(context, table, options);
    },
    progress: terminalProgress(context.terminal),
  });
  if (result.outcome === "removable") noteScanned(context, folders, options);
  return result;
}

function show(context: CommandContext, result: RetireResult, backup: string, options: Options): void {
  const { outcome, table, grants, blocks } = result;
  const { note } = context.terminal;
  noteProblems(context, blocks);
  if (grants === undefined)
    note("\nStatelock did not search IAM (--no-grants), so it does not know who may use the table.");
  else if (options.keepGrants === true && grants.length > 0)
    note(`\n${counted(grants.length, "grant")} on the table left in place (--keep-grants).`);
  if (outcome === "blocked") note(`\n${options.table} was not removed, for ${counted(blocks.length, "reason")}.`);
  if (outcome === "removable")
    note(
      `\n${options.table} can be removed${table.deletionProtection ? ", after turning its deletion protection off" : ""}.`,
    );
  if (outcome === "removed") note(`\n${options.table} is removed. Backup: ${backup}`);
}
