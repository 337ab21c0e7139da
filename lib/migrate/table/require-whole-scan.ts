import { UserError, type Problem } from "../../problem/problem";

/**
 * Stops a command that removes something from a table, if the scan could not read or place every root: the missing root
 * may still need it.
 * @throws UserError with `problems`, if there are any
 */
export function requireWholeScan(problems: readonly Problem[], table: string): void {
  if (problems.length === 0) return;
  const notLookedAt: Problem = {
    code: "table-not-looked-at",
    path: `DynamoDB table ${table}`,
    message: "was not read, and nothing was removed, because the scan does not know every root",
    fix: "Fix the problems above, then run the command again.",
  };
  throw new UserError([...problems, notLookedAt], "unknown");
}
