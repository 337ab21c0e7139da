import { Command } from "commander";
import type { CommandContext } from "../screen/command-context";
import type * as Diff from "./history-diff";
import type * as List from "./history-list";
import type * as Restore from "./history-restore";
import { addNamedCommands } from "../options/named-commands";

/* eslint-disable @typescript-eslint/no-require-imports -- each run loads only the command that it runs */

/**
 * Makes the command group `statelock history`.
 * @param args the words after `history`. Undefined for the help of `statelock`, which needs no command of the group
 */
export function historyCommand(context: CommandContext, args: readonly string[] | undefined): Command {
  const group = new Command("history").description(
    "List and compare the versions of a state, and make an earlier one the current one again.",
  );
  // A maker loads its module when Statelock calls it, because loading is slow.
  const makers = {
    list: () => (require("./history-list") as typeof List).historyListCommand(context),
    diff: () => (require("./history-diff") as typeof Diff).historyDiffCommand(context),
    restore: () => (require("./history-restore") as typeof Restore).historyRestoreCommand(context),
  };
  return addNamedCommands(group, makers, args);
}
