import type { AwsRequest } from "../requests/aws-request";
import type { Handler } from "../requests/pipeline";

/**
 * moto 5.2.1 checks a condition and then writes, with nothing in between to keep a second request out (with
 * threads that switch often, 7 of 200 rounds of 50 conditional writes had two winners). Writes to the same object, or to the same
 * DynamoDB table, wait for each other here.
 */
export function writeOrder(): Handler {
  const tails = new Map<string, Promise<unknown>>();
  return (request, next) => {
    const places = writtenPlaces(request);
    if (places.length === 0) return next(request);
    const turn = Promise.all(places.map((place) => tails.get(place) ?? Promise.resolve()));
    const answer = turn.then(() => next(request));
    const done = answer.catch(() => undefined);
    for (const place of places) tails.set(place, done);
    void done.then(() => {
      for (const place of places) if (tails.get(place) === done) tails.delete(place);
    });
    return answer;
  };
}

function writtenPlaces(request: AwsRequest): string[] {
  const { service, bucket, key, operation, body } = request;
  if (service === "dynamodb") return tableOf(request);
  if (bucket === undefined || !isWrite(request.method)) return [];
  if (key !== undefined) return [`${bucket}/${key}`];
  if (operation !== "DeleteObjects") return [bucket];
  const keys = [...body.toString("utf8").matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name = ""]) => name);
  return [...new Set(keys)].map((name) => `${bucket}/${name}`);
}

const isWrite = (method: string): boolean => ["PUT", "POST", "DELETE"].includes(method);

function tableOf(request: AwsRequest): string[] {
  const table = /"TableName"\s*:\s*"([^"]+)"/.exec(request.body.toString("utf8"))?.[1];
  return table === undefined || /^(Get|Query|Scan|Describe|List)/.test(request.operation) ? [] : [`dynamodb:${table}`];
}
