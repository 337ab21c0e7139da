import { listOf } from "./policy-document";
import { wildcardPattern } from "./wildcard";

/** A policy document as AWS gives it out: other people's, of any shape that IAM takes. */
export interface HeldPolicy {
  /** Who has it: `role/ci`, `group/ops`; several for a managed policy. */
  readonly holders: readonly string[];
  /** Name or ARN. */
  readonly name: string;
  readonly document: unknown;
  /** It is the table's own, so that every statement is about it. @default false */
  readonly ofTable?: boolean;
}

/** A statement that allows actions on the items of one table, which it names. */
export interface TableGrant {
  readonly holders: readonly string[];
  readonly policy: string;
  /** Its Sid, or its place: `#1` is the first. */
  readonly statement: string;
  /** As written. */
  readonly actions: readonly string[];
  /** As written. */
  readonly resources: readonly string[];
}

/**
 * What acts on the items of a table. Source: Service Authorization Reference, Amazon DynamoDB, actions with the resource
 * type `table`, without those that act on the table as such.
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
 * The statements that allow actions on items of this table and name it, also by a pattern such as `table/terraform-*`.
 * What is about every table (`*`, `table/*`) names none: an administrator's policy is no leftover. A document that is no
 * policy grants nothing.
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

/** Whether a pattern is of this table and not of every table. Its indexes and streams are not the table. */
function names(pattern: string, tableArn: string): boolean {
  const [, name = ""] = /:table\/(.*)$/.exec(pattern) ?? [];
  return /[^*?]/.test(name) && wildcardPattern(pattern).test(tableArn);
}
