import { Command } from "commander";
import type { CommandContext } from "../screen/command-context";
import type * as Apply from "./migrate-apply";
import type * as Init from "./migrate-init";
import type * as Plan from "./migrate-plan";
import type * as Retire from "./migrate-retire";
import type * as Rollback from "./migrate-rollback";
import type * as Scan from "./migrate-scan";
import type * as Scrub from "./migrate-scrub";
import type * as Status from "./migrate-status";
import type * as Walk from "./migrate-walk";
import { addNamedCommands } from "../options/named-commands";

/* eslint-disable @typescript-eslint/no-require-imports -- a run loads its own command alone */

/** `statelock migrate` */
export function migrateCommand(context: CommandContext, args: readonly string[] | undefined): Command {
  const group = new Command("migrate").description(
    "Leave DynamoDB, one phase at a time: dynamodb, both, lockfile. Without a command, on a terminal: step by step.",
  );
  // With arguments, Commander reports an unknown command better than an action could.
  if (args?.length === 0)
    group.action(async () => {
      if (!context.terminal.interactive) group.help({ error: true });
      await (require("./migrate-walk") as typeof Walk).migrateWalk(context, (name, own) => makersFor(own)[name]());
    });
  return addNamedCommands(group, makersFor(context), args);
}

function makersFor(context: CommandContext) {
  return {
    scan: () => (require("./migrate-scan") as typeof Scan).migrateScanCommand(context),
    plan: () => (require("./migrate-plan") as typeof Plan).migratePlanCommand(context),
    status: () => (require("./migrate-status") as typeof Status).migrateStatusCommand(context),
    apply: () => (require("./migrate-apply") as typeof Apply).migrateApplyCommand(context),
    init: () => (require("./migrate-init") as typeof Init).migrateInitCommand(context),
    rollback: () => (require("./migrate-rollback") as typeof Rollback).migrateRollbackCommand(context),
    scrub: () => (require("./migrate-scrub") as typeof Scrub).migrateScrubCommand(context),
    retire: () => (require("./migrate-retire") as typeof Retire).migrateRetireCommand(context),
  };
}
