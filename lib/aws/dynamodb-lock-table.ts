import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  ResourceNotFoundException,
  ScanCommand,
  type AttributeValue,
  type ScanCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { ItemReply, LockTable, TableFailure, TableItem } from "../lock/lock-table";
import { UserError, type Problem } from "../problem/problem";
import { awsError, isDenied, isThrottled } from "./aws-problem";
import { dynamoDbClient, tableArguments, type TablePlace } from "./connect";

type Item = Readonly<Record<string, AttributeValue>>;

/** The condition of a write. */
interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
  readonly ReturnValuesOnConditionCheckFailure: "ALL_OLD";
}

/** DynamoDB as locks and digests need it. */
export function lockTable(place: TablePlace): LockTable {
  const dynamoDb = dynamoDbClient(place);
  const table = tableArguments(place);
  const cannotTell = (error: unknown, action: string): { readonly why: TableFailure; readonly problem: Problem } => ({
    why: whyOf(error),
    problem: tableProblem(error, action, place),
  });

  /** If a condition fails on what the same request wrote, its answer was lost and the SDK sent it again: the write is done. */
  const write = async (
    action: string,
    send: () => Promise<unknown>,
    isDone: (item: TableItem | undefined) => boolean,
  ): Promise<ItemReply> => {
    try {
      await send();
      return { reply: "done" };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) return { reply: "failed", ...cannotTell(error, action) };
      const item = error.Item === undefined ? undefined : tableItem(error.Item);
      const again = (error.$metadata.attempts ?? 1) > 1;
      return again && isDone(item) ? { reply: "done" } : { reply: "changed", item };
    }
  };
  const put = (item: Item, condition: Condition): Promise<ItemReply> =>
    write(
      "dynamodb:PutItem",
      () => dynamoDb.send(new PutItemCommand({ ...table, Item: item, ...condition })),
      (there) => there !== undefined && sameItem(there, tableItem(item)),
    );
  const remove = (lockId: string, condition: Condition): Promise<ItemReply> =>
    write(
      "dynamodb:DeleteItem",
      () => dynamoDb.send(new DeleteItemCommand({ ...table, Key: { LockID: { S: lockId } }, ...condition })),
      (there) => there === undefined,
    );

  return {
    describe: async () => {
      try {
        const { Table = {} } = await dynamoDb.send(new DescribeTableCommand(table));
        const { TableArn, TableStatus, DeletionProtectionEnabled } = Table;
        return {
          found: "table",
          table: {
            arn: TableArn ?? "",
            status: TableStatus ?? "",
            deletionProtection: DeletionProtectionEnabled ?? false,
          },
        };
      } catch (error) {
        return { found: "unreadable", ...cannotTell(error, "dynamodb:DescribeTable") };
      }
    },
    items: () =>
      allItems(async (from) => {
        const start = from === undefined ? {} : { ExclusiveStartKey: from };
        return dynamoDb.send(new ScanCommand({ ...table, ConsistentRead: true, ...start })).catch((error: unknown) => {
          throw new UserError([tableProblem(error, "dynamodb:Scan", place)], "unknown");
        });
      }),
    read: async (lockId) => {
      try {
        const input = { ...table, Key: { LockID: { S: lockId } }, ConsistentRead: true };
        const { Item: item } = await dynamoDb.send(new GetItemCommand(input));
        return item === undefined ? { found: "nothing" } : { found: "item", item: tableItem(item) };
      } catch (error) {
        return { found: "unreadable", ...cannotTell(error, "dynamodb:GetItem") };
      }
    },
    takeLock: (lockId, info) => put({ LockID: { S: lockId }, Info: { S: info } }, absent),
    releaseLock: (lockId, info) => remove(lockId, equal("Info", info)),
    putDigest: (lockId, digest, seen) =>
      put({ LockID: { S: lockId }, Digest: { S: digest } }, seen === undefined ? absent : equal("Digest", seen)),
    deleteDigest: (lockId, digest) => remove(lockId, equal("Digest", digest)),
  };
}

const absent: Condition = {
  ConditionExpression: "attribute_not_exists(LockID)",
  ReturnValuesOnConditionCheckFailure: "ALL_OLD",
};

function equal(attribute: string, value: string): Condition {
  return {
    ConditionExpression: "#attribute = :value",
    ExpressionAttributeNames: { "#attribute": attribute },
    ExpressionAttributeValues: { ":value": { S: value } },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
}

async function* allItems(page: (from: Item | undefined) => Promise<ScanCommandOutput>): AsyncGenerator<TableItem> {
  let from: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await page(from);
    yield* Items.map(tableItem);
    from = LastEvaluatedKey;
  } while (from !== undefined);
}

function tableItem(item: Item): TableItem {
  const { LockID, Info, Digest } = item;
  const shared = { lockId: LockID?.S ?? "", attributes: plainAttributes(item) };
  if (Info?.S !== undefined && Digest === undefined) return { ...shared, kind: "lock", info: Info.S };
  if (Digest?.S !== undefined && Info === undefined) return { ...shared, kind: "digest", digest: Digest.S };
  return { ...shared, kind: "other" };
}

function sameItem(one: TableItem, other: TableItem): boolean {
  if (one.kind === "lock") return other.kind === "lock" && one.info === other.info;
  return one.kind === "digest" && other.kind === "digest" && one.digest === other.digest;
}

function plainAttributes(item: Item): Readonly<Record<string, unknown>> {
  const plain: unknown = JSON.parse(
    JSON.stringify(item, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
    ),
  );
  return plain as Readonly<Record<string, unknown>>;
}

function whyOf(error: unknown): TableFailure {
  if (error instanceof ResourceNotFoundException) return "no-table";
  if (isDenied(error)) return "denied";
  return isThrottled(error) ? "throttled" : "other";
}

function tableProblem(error: unknown, action: string, { name, region, account }: TablePlace): Problem {
  const path = `DynamoDB table ${name} in ${region}`;
  if (error instanceof ResourceNotFoundException) {
    return {
      code: "table-absent",
      path,
      message: `must exist ${account === undefined ? "in the account of your credentials" : `in account ${account}`}, got ResourceNotFoundException for ${action}`,
      fix: "Look whether it is in another region or account: DynamoDB answers the same there. If it was deleted, nobody can lock in it: move its roots with `statelock migrate apply --to both`, then with `--to lockfile --offline`.",
    };
  }
  const [problem] = awsError(error, action, path).problems;
  if (problem === undefined) throw error;
  return problem;
}
