import type { Answer } from "../requests/aws-request";
import { ACCOUNT_ID } from "./bucket-owner";
import type { Handler } from "../requests/pipeline";

const NAMED_BY_ARN = /"TableName"\s*:\s*"arn:[a-z-]+:dynamodb:[a-z0-9-]+:(\d{12}):table\/([^"]+)"/;

/** moto 5.2.1 knows no ARN where DynamoDB takes a table's name or its ARN; another account's table is denied. */
export const tableArn: Handler = (request, next) => {
  if (request.service !== "dynamodb") return next(request);
  const text = request.body.toString("utf8");
  const [whole, account, name] = NAMED_BY_ARN.exec(text) ?? [];
  if (whole === undefined || name === undefined) return next(request);
  if (account !== ACCOUNT_ID) return Promise.resolve(denied(request.operation));
  const body = Buffer.from(text.replace(whole, `"TableName":"${name}"`));
  return next({ ...request, body });
};

function denied(operation: string): Answer {
  const message = `User is not authorized to perform: dynamodb:${operation}`;
  return {
    status: 400,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify({ __type: "com.amazon.coral.service#AccessDeniedException", message }),
  };
}
