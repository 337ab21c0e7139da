import type { FakeAnswer } from "./memory-bucket";

/** An attribute of a DynamoDB item: strings are all that locks and digests have. */
type Item = Readonly<Record<string, { readonly S: string }>>;

/** The part of a DynamoDB request that is read here. */
interface ItemRequest {
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

const TABLE_OPERATIONS = /^(Scan|DescribeTable|UpdateTable|DeleteTable)$/;
const TABLE_ARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/locks";
const JSON_TYPE = { "content-type": "application/x-amz-json-1.0" };

/** What KMS, DynamoDB and STS answer: settings of a key, the items of one table, and any caller. */
export class FakeServices {
  /** The lock table; undefined once it is deleted. */
  table: { protected: boolean } | undefined = { protected: true };
  /** Answers of KMS by operation. */
  readonly kms = new Map<string, object>();
  /** Items of the lock table by LockID. */
  readonly items = new Map<string, Item>();

  /** Has the request's effect. Undefined where it is to none of these services. */
  answer(operation: string, body: string): FakeAnswer | undefined {
    const [service, name = ""] = operation.split(":");
    if (service === "kms") return json(this.kms.get(name) ?? {});
    if (name === "GetResourcePolicy") return { ...json({ __type: "PolicyNotFoundException" }), status: 400 };
    if (service === "dynamodb" && TABLE_OPERATIONS.test(name)) return this.#table(name, body);
    if (service === "dynamodb") return this.#item(name, lockIdOf(body), JSON.parse(body) as ItemRequest);
    return service === "sts" || service === "iam" ? QUERY[name] : undefined;
  }

  #table(operation: string, body: string): FakeAnswer {
    if (this.table === undefined) return serviceFailure("dynamodb:", 404);
    if (operation === "Scan") return json({ Items: [...this.items.values()] });
    const { DeletionProtectionEnabled: enabled } = JSON.parse(body) as { DeletionProtectionEnabled?: boolean };
    if (operation === "UpdateTable") this.table.protected = enabled ?? this.table.protected;
    const Table = { TableArn: TABLE_ARN, TableStatus: "ACTIVE", DeletionProtectionEnabled: this.table.protected };
    if (operation !== "DeleteTable") return json(operation === "DescribeTable" ? { Table } : {});
    if (this.table.protected) return { ...json({ __type: "ValidationException", message: "protected" }), status: 400 };
    this.table = undefined;
    return json({});
  }

  #item(operation: string, id: string, request: ItemRequest): FakeAnswer {
    const there = this.items.get(id);
    if (operation === "GetItem") return json(there === undefined ? {} : { Item: there });
    if (!holds(request, there)) {
      const refusal = { __type: "ConditionalCheckFailedException", ...(there === undefined ? {} : { Item: there }) };
      return { ...json(refusal), status: 400 };
    }
    if (operation === "DeleteItem") this.items.delete(id);
    else this.items.set(id, request.Item ?? {});
    return json({});
  }
}

/** The item that a request to DynamoDB is about. */
export function lockIdOf(body: string): string {
  const { Item, Key } = JSON.parse(body) as ItemRequest;
  return (Item ?? Key)?.["LockID"]?.S ?? "";
}

/** The service and operation of a request that is not to S3, such as `kms:DescribeKey`. */
export function serviceOperation(target: string | undefined, body: string): string | undefined {
  const [, prefix = "", name = ""] = /^([A-Za-z]+)[^.]*\.(\w+)$/.exec(target ?? "") ?? [];
  const service = { TrentService: "kms", DynamoDB: "dynamodb" }[prefix];
  if (service !== undefined) return `${service}:${name}`;
  const action = /^Action=(\w+)/.exec(body)?.[1];
  if (action === undefined) return undefined;
  return action === "GetAccountAuthorizationDetails" ? `iam:${action}` : `sts:${action}`;
}

/** A refusal as the service words it. S3's own are in XML with S3's codes. */
export function serviceFailure(operation: string, status: number): FakeAnswer {
  const [service = ""] = operation.split(":");
  if (service === "sts" || service === "iam") {
    const named: Readonly<Record<number, string>> = {
      401: "InvalidClientTokenId",
      403: "AccessDenied",
      429: "Throttling",
    };
    const code = named[status] ?? "InternalFailure";
    const text = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>a fault of the test</Message></Error></ErrorResponse>`;
    return { status, headers: { "content-type": "text/xml" }, body: text };
  }
  const absent = service === "kms" ? "NotFoundException" : "ResourceNotFoundException";
  const named: Readonly<Record<number, string>> = {
    401: "UnrecognizedClientException",
    403: "AccessDeniedException",
    404: absent,
    429: "ProvisionedThroughputExceededException",
  };
  const type = named[status];
  return {
    ...json({ __type: type ?? "InternalFailure", message: "a fault of the test" }),
    status: type === undefined ? status : 400,
  };
}

function holds({ ConditionExpression, ...names }: ItemRequest, there: Item | undefined): boolean {
  if (ConditionExpression === undefined) return true;
  if (ConditionExpression.startsWith("attribute_not_exists")) return there === undefined;
  const attribute = names.ExpressionAttributeNames?.["#attribute"] ?? "";
  return there?.[attribute]?.S === names.ExpressionAttributeValues?.[":value"]?.S;
}

function json(answer: object): FakeAnswer {
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(answer) };
}

function query(operation: string, result: string): FakeAnswer {
  const body = `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

const QUERY: Readonly<Record<string, FakeAnswer>> = {
  GetAccountAuthorizationDetails: query("GetAccountAuthorizationDetails", "<IsTruncated>false</IsTruncated>"),
  GetCallerIdentity: query(
    "GetCallerIdentity",
    "<Arn>arn:aws:sts::123456789012:assumed-role/ops/ana</Arn><Account>123456789012</Account>",
  ),
  AssumeRole: query(
    "AssumeRole",
    "<Credentials><AccessKeyId>ASIATEST</AccessKeyId><SecretAccessKey>test</SecretAccessKey><SessionToken>test</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>",
  ),
};
