import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { version } from "../package.json";
import { fileLocks } from "../lib/aws/file-locks";
import { stateVersions } from "../lib/aws/live-store";
import { lockTable } from "../lib/aws/lock-table";
import type { BucketPlace } from "../lib/aws/connect";
import type { LiveTarget } from "../lib/migrate/live-target";
import type { RepairPorts } from "../lib/migrate/repair-digest";
import { LOCK_OPERATION } from "../lib/migrate/under-locks";
import { liveOpener, type LiveOptions } from "./live-access";

/** Opens what a command needs to work on a root's state and items, in the table that is named. */
export function writeOpener(options: LiveOptions): (target: LiveTarget & { readonly table: string }) => RepairPorts {
  const open = liveOpener(options);
  const { profile, roleArn, endpointUrl } = options;
  const access = { profile, roleArn, endpointUrl };
  return (target) => {
    const { bucket: name, region, account, table } = target;
    const bucket: BucketPlace = { name, region, account, access };
    const opened = open(target);
    return {
      store: opened.store,
      table: opened.table ?? lockTable({ name: table, region, account: undefined, access }),
      fileLocks: fileLocks(bucket),
      versions: (stateKey) => stateVersions(bucket, stateKey),
      newLock: (path) => ({
        ID: randomUUID(),
        Operation: LOCK_OPERATION,
        Info: "",
        Who: `${userInfo().username}@${hostname()}`,
        Version: version,
        Created: new Date().toISOString(),
        Path: path,
      }),
    };
  };
}
