import { Option } from "commander";
import { randomUUID } from "node:crypto";
import { fileLocks } from "../../../lib/aws/file-locks";
import { stateVersions } from "../../../lib/aws/live-store";
import { lockTable } from "../../../lib/aws/dynamodb-lock-table";
import type { LockTable } from "../../../lib/lock/lock-table";
import { auditedTable } from "../../../lib/lock/table-audit";
import type { OpenRepair } from "../../../lib/migrate/step/repair-digest";
import { LOCK_OPERATION } from "../../../lib/migrate/live/live-state";
import type { CommandContext } from "../../screen/command-context";
import { flagsText } from "../../options/printed-flags";
import { collectValues } from "../../options/collect-values";
import { bucketOf, liveOpener, openedOnce, tableOf, type LiveOptions } from "./migrate-live-access";
import { recordAudit } from "../../options/audit-log";
import { lockAnnouncer, ownLock, ownLockCommands, ownName } from "../../options/own-lock";

/** The locks of killed runs that a command may take over. */
export interface TakeOverOptions extends LiveOptions {
  readonly takeOver?: readonly string[];
}

/** `--take-over`, once for each lock. */
export function takeOverOption(): Option {
  return new Option(
    "--take-over <lock-id>",
    "ID of a lock that a killed run of this command left: continue under it, then release it; repeatable",
  ).argParser(collectValues);
}

/** Opens what a command needs to work on the state and the items of a root, in the table that is named. */
export function writeOpener(context: CommandContext, options: TakeOverOptions): OpenRepair {
  const { program, terminal } = context;
  const open = liveOpener(options);
  const once = openedOnce();
  return (target) => {
    const bucket = bucketOf(target, options);
    const { name, region, account, access: { profile, roleArn, endpointUrl } = {} } = bucket;
    const opened = open(target);
    const table = opened.table ?? lockTable(tableOf(target.table, target, bucket));
    const locked = recordedTable(context, table, target.table, options);
    const flags = flagsText({ bucket: name, region, expectedBucketOwner: account, profile, roleArn, endpointUrl });
    return {
      store: opened.store,
      table: locked,
      locks: {
        bucket: name,
        // A store that is not AWS is probed once for each bucket, not once for each root.
        s3: once(bucket, () => fileLocks(bucket)),
        table: locked,
        ...ownLockCommands(program, "its migration is over", name, flags),
        announce: lockAnnouncer(terminal),
      },
      versions: (stateKey) => stateVersions(bucket, stateKey),
      takenOver: options.takeOver ?? [],
      newLock: (path) => ownLock({ id: randomUUID(), operation: LOCK_OPERATION, path }),
    };
  };
}

/** Returns the table, and adds what the run changes in it to the audit file. */
export function recordedTable(
  context: CommandContext,
  table: LockTable,
  name: string,
  { takeOver = [] }: TakeOverOptions,
): LockTable {
  return auditedTable(table, { table: name, host: ownName(), takenOver: takeOver }, (line) => {
    recordAudit(context, line);
  });
}
