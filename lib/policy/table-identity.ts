import { parseArn } from "./arn";

/** A DynamoDB table. A backend names it by its name alone, or by its ARN. */
export interface TableIdentity {
  readonly name: string;
  /** Undefined if only the name is known: the backend's region and account apply. */
  readonly region: string | undefined;
  readonly account: string | undefined;
}

/** Returns the table that a name or an ARN names. */
export function tableIdentity(text: string): TableIdentity {
  const arn = parseArn(text);
  if (arn === undefined) return { name: text, region: undefined, account: undefined };
  return { name: arn.resource.replace(/^table\//, ""), region: arn.region, account: arn.account };
}

/** False only if two names certainly belong to two tables. A region or an account that is not named may be any. */
export function maybeSameTable(one: string, other: string): boolean {
  return sameTable(tableIdentity(one), tableIdentity(other));
}

/** False only if two tables certainly differ. */
export function sameTable(left: TableIdentity, right: TableIdentity): boolean {
  const differs = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && a !== b;
  return left.name === right.name && !differs(left.region, right.region) && !differs(left.account, right.account);
}
