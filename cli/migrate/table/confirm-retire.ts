import { resolve } from "node:path";
import type { TableDescription } from "../../../lib/lock/lock-table";
import { UserError, type Problem } from "../../../lib/problem/problem";
import { plainText } from "../../../lib/text/plain-text";
import type { CommandContext } from "../../screen/command-context";
import { isConfirmed } from "../../screen/confirm";

/** Which table goes, and where its users were searched. */
interface RetireScope {
  readonly table: string;
  readonly inventory?: string;
  readonly yes?: boolean;
}

/** Prints what was scanned: only a person knows what else may name the table. */
export function noteScanned(
  context: CommandContext,
  folders: readonly string[],
  { inventory, table }: RetireScope,
): void {
  const paths = (folders.length === 0 ? ["."] : folders).map((folder) => resolve(context.workingDirectory, folder));
  const scanned = `Scanned ${paths.map((path) => plainText(path, Infinity)).join(", ")}, and no other folder.`;
  const consumers =
    inventory === undefined
      ? `Consumers of a config elsewhere may still lock in ${plainText(table, Infinity)}: add --inventory FILE for its cdktf.out/inventory.json, or scan its folder.`
      : `Checked the consumers in ${plainText(inventory, Infinity)} too.`;
  context.terminal.note(`\n${scanned} ${consumers}`);
}

/** Asks for the table's name. @throws UserError if the operator does not confirm */
export async function confirmRetire(
  { terminal }: CommandContext,
  table: TableDescription,
  options: RetireScope,
): Promise<void> {
  terminal.note(`${table.arn} is empty, and nothing that was scanned names it. You cannot undo its removal.`);
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
  message: "must be confirmed with the table's name, got another text",
  fix: "Check the table with --dry-run. Then run this again and type its name, or add --yes.",
};
