import { Command } from "commander";
import type { CommandContext } from "./command-context";
import { migrateApplyCommand } from "./migrate-apply";
import { migrateInitCommand } from "./migrate-init";
import { migratePlanCommand } from "./migrate-plan";
import { migrateRetireCommand } from "./migrate-retire";
import { migrateRollbackCommand } from "./migrate-rollback";
import { migrateScanCommand } from "./migrate-scan";
import { migrateScrubCommand } from "./migrate-scrub";
import { migrateStatusCommand } from "./migrate-status";

/** `statelock migrate` */
export function migrateCommand(context: CommandContext): Command {
  return new Command("migrate")
    .description("Leave DynamoDB, one phase at a time: dynamodb, both, lockfile.")
    .addCommand(migrateScanCommand(context))
    .addCommand(migratePlanCommand(context))
    .addCommand(migrateStatusCommand(context))
    .addCommand(migrateApplyCommand(context))
    .addCommand(migrateInitCommand(context))
    .addCommand(migrateRollbackCommand(context))
    .addCommand(migrateScrubCommand(context))
    .addCommand(migrateRetireCommand(context));
}
