import { writeWhole } from "../../../lib/files/whole-file";
import type { TablePlace } from "../../../lib/aws/connect";
import { accountPolicies, tablePolicy } from "../../../lib/aws/held-policies";
import { lockTable } from "../../../lib/aws/dynamodb-lock-table";
import { tableRemoval } from "../../../lib/aws/table-removal";
import type { RetirePort } from "../../../lib/migrate/table/retire-port";

/** Returns the port that works on AWS and writes the backup to this path. */
export function retirePort(place: TablePlace, backupPath: string): RetirePort {
  return {
    table: lockTable(place),
    removal: tableRemoval(place),
    heldPolicies: async (tableArn) => {
      const policies = [...(await accountPolicies(place)), await tablePolicy(place, tableArn)];
      return policies.filter((policy) => policy !== undefined);
    },
    writeBackup: (text) => {
      writeWhole(backupPath, text, 0o600);
    },
  };
}
