import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { BucketPlace } from "../../lib/aws/connect";
import { s3Operation } from "../requests/s3-operation";
import { FakeBucket, type FakeAnswer } from "./memory-bucket";
import { STORES, type StoreRules } from "./store-rules";
import { FakeServices, lockIdOf, serviceFailure, serviceOperation } from "./memory-services";

/** An error of S3 by its name. */
export interface S3Refusal {
  readonly status: number;
  readonly code: string;
}

/**
 * What happens to a request: an error instead of the effect; a reset before or after the effect; an answer that breaks
 * off (`truncate`) or stops half way (`stall`); no answer at all (`slow`).
 */
export type Fault = number | S3Refusal | "reset-before" | "reset-after" | "truncate" | "stall" | "slow";

export interface FakeRequest {
  readonly method: string;
  /** Of S3 by its name, of another service as `kms:DescribeKey`. */
  readonly operation: string;
  /** Of the object, or of the item in DynamoDB; empty where it is about neither. */
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  readonly ifMatch: string | undefined;
  /** `x-amz-tagging` */
  readonly tags?: string | undefined;
  /** 1 for the first request of this method on this key. */
  readonly nth: number;
  /** Of the access key that signed it. */
  readonly accessKeyId: string | undefined;
  /** The SDK's name for the call, the same for everything it sends again. */
  readonly call: string;
  /** Port of the client's end of the connection. */
  readonly clientPort: number | undefined;
}

/**
 * One bucket of S3 in memory, behind real HTTP, with S3's conditions and whatever faults a test asks for; at the same
 * address what KMS, DynamoDB and STS answer.
 */
export interface FakeS3 extends Pick<
  FakeBucket,
  "keys" | "body" | "history" | "put" | "remove" | "deleted" | "settings"
> {
  readonly services: FakeServices;
  /** Sets the encryption headers of each answer. */
  encryptedWith(headers: Readonly<Record<string, string>>): void;
  /** Plays another store than AWS. */
  play(rules: StoreRules): void;
  readonly place: BucketPlace;
  readonly requests: readonly FakeRequest[];
  /** Sets the function that chooses a fault for each request, before its effect; it may change the bucket. */
  onRequest(fault: (request: FakeRequest) => Fault | undefined): void;
  /** How far S3's clock is ahead, in milliseconds. */
  clockAhead: number;
  stop(): Promise<void>;
}

/** S3's code for a status, as far as tests send one. */
const S3_ERROR_CODES: Readonly<Record<number, string>> = {
  400: "InvalidRequest",
  403: "AccessDenied",
  404: "NoSuchKey",
  409: "ConditionalRequestConflict",
  412: "PreconditionFailed",
  500: "InternalError",
  503: "SlowDown",
};

/** Between the look of a store that races and its write; milliseconds. */
const RACE = 10;

export async function startFakeS3(): Promise<FakeS3> {
  // Its rules are AWS's, under another name.
  process.env["STATELOCK_STORE"] = "aws";
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  const now = (): Date => new Date(Date.now() + fake.clockAhead);
  const bucket = new FakeBucket(now);
  const services = new FakeServices();
  const requests: FakeRequest[] = [];
  let ask: (request: FakeRequest) => Fault | undefined = () => undefined;

  const serve = (incoming: IncomingMessage, outgoing: ServerResponse, body: string): void => {
    const request = read(incoming, requests, body);
    requests.push(request);
    outgoing.setHeader("date", now().toUTCString());
    const fault = ask(request);
    if (fault === "slow") return;
    if (fault === "reset-before") {
      incoming.socket.destroy();
      return;
    }
    const noneMatch = header(incoming, "if-none-match");
    if (fault === undefined && bucket.rules.take === "races" && noneMatch !== undefined && bucket.isFree(request.key)) {
      setTimeout(() => {
        send(outgoing, request, bucket.answer(request, undefined, body), undefined);
      }, RACE);
      return;
    }
    const answer =
      typeof fault === "number" || typeof fault === "object"
        ? failure(request, fault)
        : (services.answer(request.operation, body) ?? bucket.answer(request, noneMatch, body));
    if (fault === "reset-after") incoming.socket.destroy();
    else send(outgoing, request, answer, fault === "truncate" || fault === "stall" ? fault : undefined);
  };

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      serve(incoming, outgoing, Buffer.concat(chunks).toString());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpointUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const fake: FakeS3 = {
    place: { name: "acme-tfstate", region: "eu-central-1", account: "123456789012", access: { endpointUrl } },
    requests,
    services,
    deleted: bucket.deleted,
    settings: bucket.settings,
    play: (rules) => {
      bucket.rules = rules;
      if (rules === STORES["AWS S3"]) process.env["STATELOCK_STORE"] = "aws";
      else delete process.env["STATELOCK_STORE"];
    },
    encryptedWith: (headers) => (bucket.encryption = headers),
    keys: () => bucket.keys(),
    body: (key) => bucket.body(key),
    history: (key) => bucket.history(key),
    put: (key, text, lastModified, tags) => bucket.put(key, text, lastModified, tags),
    remove: (key) => {
      bucket.remove(key);
    },
    onRequest: (fault) => (ask = fault),
    clockAhead: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return fake;
}

function read(incoming: IncomingMessage, before: readonly FakeRequest[], body: string): FakeRequest {
  // Not by URL, which takes ".." and "." out of a key.
  const [pathname = "", search] = (incoming.url ?? "/").split("?");
  const searchParams = new URLSearchParams(search);
  const [bucket, ...path] = pathname.slice(1).split("/");
  const { method = "GET" } = incoming;
  const elsewhere = method === "POST" ? serviceOperation(header(incoming, "x-amz-target"), body) : undefined;
  const key = elsewhere?.startsWith("dynamodb:") === true ? lockIdOf(body) : decodeURIComponent(path.join("/"));
  const query = Object.fromEntries(searchParams);
  const place = { ...(bucket === undefined ? {} : { bucket }), ...(key === "" ? {} : { key }) };
  return {
    method,
    operation: elsewhere ?? s3Operation({ method, query, headers: {}, ...place }),
    key,
    query,
    ifMatch: header(incoming, "if-match"),
    tags: header(incoming, "x-amz-tagging"),
    nth: before.filter((request) => request.method === method && request.key === key).length + 1,
    accessKeyId: /Credential=([^/]+)/.exec(header(incoming, "authorization") ?? "")?.[1],
    call: header(incoming, "amz-sdk-invocation-id") ?? "",
    clientPort: incoming.socket.remotePort,
  };
}

function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

function send(
  outgoing: ServerResponse,
  { method }: FakeRequest,
  { status, headers, body = "" }: FakeAnswer,
  fault: "truncate" | "stall" | undefined,
): void {
  if (fault === undefined) {
    outgoing.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
    outgoing.end(method === "HEAD" ? undefined : body);
    return;
  }
  const { socket } = outgoing;
  const half =
    method === "HEAD" || body === ""
      ? `HTTP/1.1 ${String(status)} `
      : `HTTP/1.1 ${String(status)} X\r\n${headerLines({ ...headers, "content-length": String(Buffer.byteLength(body)) })}\r\n${body.slice(0, body.length / 2)}`;
  socket?.write(half, () => {
    if (fault === "truncate") socket.destroy();
  });
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}

function failure({ operation }: FakeRequest, fault: number | S3Refusal): FakeAnswer {
  const { status, code } =
    typeof fault === "object" ? fault : { status: fault, code: S3_ERROR_CODES[fault] ?? "Unknown" };
  if (operation.includes(":")) return serviceFailure(operation, status);
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>a fault of the test</Message></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body };
}

/** A lock's body as Terraform writes it. */
export function lockBody(id: string, part: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({
    ID: id,
    Operation: "OperationTypeApply",
    Info: "",
    Who: "ci@runner-7",
    Version: "1.11.4",
    Created: new Date().toISOString(),
    Path: "acme-tfstate/app/terraform.tfstate",
    ...part,
  });
}
