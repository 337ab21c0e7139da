import type { LockTable } from "../../lock/lock-table";
import type { HeldPolicy } from "../../policy/table-grants";

/** What removing a table needs of AWS and of the file system. */
export interface RetirePort {
  readonly table: Pick<LockTable, "describe" | "items">;
  readonly removal: TableRemoval;
  /** Reads every policy that can grant the table: all policies of the account, and the table's own. @throws UserError if AWS refuses */
  heldPolicies(tableArn: string): Promise<readonly HeldPolicy[]>;
  writeBackup(text: string): void;
}

/** Removes a table. Each call throws a UserError if DynamoDB refuses it. */
export interface TableRemoval {
  /** Turns deletion protection on or off. */
  protect(enabled: boolean): Promise<void>;
  remove(): Promise<void>;
}
