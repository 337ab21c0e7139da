import { Command } from "commander";
import type { CommandContext } from "../screen/command-context";
import type * as Apply from "./step/migrate-apply";
import type * as Init from "./init/migrate-init";
import type * as Plan from "./step/migrate-plan";
import type * as Retire from "./table/migrate-retire";
import type * as Rollback from "./step/migrate-rollback";
import type * as Scan from "./scan/migrate-scan";
import type * as Scrub from "./table/migrate-scrub";
import type * as Status from "./migrate-status";
import type * as Walk from "./walk/migrate-walk";
import { addNamedCommands } from "../options/named-commands";

/* eslint-disable @typescript-eslint/no-require-imports -- each run loads only the command that it runs */

/**
 * Makes the command group `statelock migrate`. On a terminal and without a command, it leads through the migration.
 * @param args the words after `migrate`. Undefined for the help of `statelock`, which needs no command of the group
 */
export function migrateCommand(context: CommandContext, args: readonly string[] | undefined): Command {
  const group = new Command("migrate").description(
    "Leave DynamoDB, one phase at a time: dynamodb, both, lockfile. Without a command, on a terminal: step by step.",
  );
  // Only without arguments: if the group had an action, Commander would call an unknown command an excess argument.
  if (args?.length === 0)
    group.action(async () => {
      if (!context.terminal.interactive) group.help({ error: true });
      // `own` is the context that the walk gives to a command it runs.
      await (require("./walk/migrate-walk") as typeof Walk).migrateWalk(context, (name, own) => makersFor(own)[name]());
    });
  return addNamedCommands(group, makersFor(context), args);
}

/** Returns a maker for each command. A maker loads its module when Statelock calls it, because loading is slow. */
function makersFor(context: CommandContext) {
  return {
    scan: () => (require("./scan/migrate-scan") as typeof Scan).migrateScanCommand(context),
    plan: () => (require("./step/migrate-plan") as typeof Plan).migratePlanCommand(context),
    status: () => (require("./migrate-status") as typeof Status).migrateStatusCommand(context),
    apply: () => (require("./step/migrate-apply") as typeof Apply).migrateApplyCommand(context),
    init: () => (require("./init/migrate-init") as typeof Init).migrateInitCommand(context),
    rollback: () => (require("./step/migrate-rollback") as typeof Rollback).migrateRollbackCommand(context),
    scrub: () => (require("./table/migrate-scrub") as typeof Scrub).migrateScrubCommand(context),
    retire: () => (require("./table/migrate-retire") as typeof Retire).migrateRetireCommand(context),
  };
}
