import type { LockTable, TableItem } from "../../lock/lock-table";
import { counted } from "../../text/counted";
import type { Progress } from "../../work/progress";

/** Reads every item of a table, as a step of its own. @throws UserError if DynamoDB does not list them */
export function tableItems(
  table: Pick<LockTable, "items">,
  name: string,
  progress: Progress,
): Promise<readonly TableItem[]> {
  return progress(`List the items of ${name}`, async (say) => {
    const items: TableItem[] = [];
    for await (const item of table.items()) items.push(item);
    say(counted(items.length, "item"));
    return items;
  });
}
