import { listOf } from "./policy-document";
import { wildcardPattern } from "./wildcard";

/** A policy document that somebody else wrote, in any shape that IAM accepts. */
export interface HeldPolicy {
  /** The principals with this policy, such as `role/ci` or `group/ops`. A managed policy may have several. */
  readonly holders: readonly string[];
  /** Name or ARN. */
  readonly name: string;
  readonly document: unknown;
  /** True for the table's own resource policy: every statement in it is about the table. @default false */
  readonly ofTable?: boolean;
}

/** A statement that names a table and allows actions on its items. */
export interface TableGrant {
  readonly holders: readonly string[];
  readonly policy: string;
  /** Its Sid, or its number: `#1` is the first statement. */
  readonly statement: string;
  /** As the policy has them. */
  readonly actions: readonly string[];
  /** As the policy has them. */
  readonly resources: readonly string[];
}

/**
 * The actions on the items of a table. Source: Service Authorization Reference, Amazon DynamoDB, actions with the
 * resource type `table`, without the actions on the table itself.
 */
const ITEM_ACTIONS = [
  "BatchGetItem",
  "BatchWriteItem",
  "ConditionCheckItem",
  "DeleteItem",
  "GetItem",
  "PartiQLDelete",
  "PartiQLInsert",
  "PartiQLSelect",
  "PartiQLUpdate",
  "PutItem",
  "Query",
  "Scan",
  "UpdateItem",
].map((name) => `dynamodb:${name}`);

interface AnyStatement {
  readonly Sid?: unknown;
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
}

/**
 * Returns the statements that allow actions on items of this table and name it, also by a pattern such as
 * `table/terraform-*`. A statement about every table (`*`, `table/*`) does not count: an administrator's policy is not a
 * leftover of the table. A document that is not a policy grants nothing.
 */
export function tableGrants(policies: readonly HeldPolicy[], tableArn: string): TableGrant[] {
  return policies.flatMap(({ holders, name, document, ofTable }) =>
    statementsOf(document).flatMap((statement, index): TableGrant[] => {
      const named = texts(statement.Resource).filter((pattern) => names(pattern, tableArn));
      const resources = ofTable === true ? texts(statement.Resource) : named;
      if (statement.Effect !== "Allow" || resources.length === 0 || !allowsItems(statement)) return [];
      const { Sid } = statement;
      const sid = typeof Sid === "string" && Sid !== "" ? Sid : `#${String(index + 1)}`;
      const actions = texts(statement.Action);
      return [{ holders, policy: name, statement: sid, actions, resources }];
    }),
  );
}

function statementsOf(document: unknown): readonly AnyStatement[] {
  const { Statement } = (document ?? {}) as { readonly Statement?: unknown };
  const all: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  return all.filter((each): each is AnyStatement => typeof each === "object" && each !== null);
}

function texts(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : listOf(typeof value === "string" ? value : undefined);
  return all.filter((each) => typeof each === "string");
}

function allowsItems({ Action, NotAction }: AnyStatement): boolean {
  if (NotAction !== undefined) {
    const spared = texts(NotAction);
    return ITEM_ACTIONS.some((action) => !spared.some((pattern) => wildcardPattern(pattern, "i").test(action)));
  }
  return texts(Action).some((pattern) => ITEM_ACTIONS.some((action) => wildcardPattern(pattern, "i").test(action)));
}

/** True if a pattern matches this table but not every table. Indexes and streams of the table do not count. */
function names(pattern: string, tableArn: string): boolean {
  const [, name = ""] = /:table\/(.*)$/.exec(pattern) ?? [];
  return /[^*?]/.test(name) && wildcardPattern(pattern).test(tableArn);
}
