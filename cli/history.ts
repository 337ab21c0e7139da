import { Command } from "commander";
import type { CommandContext } from "./command-context";
import { historyDiffCommand } from "./history-diff";
import { historyListCommand } from "./history-list";
import { historyRestoreCommand } from "./history-restore";

/** `statelock history …` */
export function historyCommand(context: CommandContext): Command {
  return new Command("history")
    .description("See what a state was, what changed, and make an earlier version of it the current one again.")
    .addCommand(historyListCommand(context))
    .addCommand(historyDiffCommand(context))
    .addCommand(historyRestoreCommand(context));
}
