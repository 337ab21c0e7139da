import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { BucketPlace } from "../../lib/aws/connect";

/** What becomes of a request: an error instead of the effect, no answer before or after the effect, half an answer. */
export type Fault = number | "reset-before" | "reset-after" | "truncate" | "slow";

export interface FakeRequest {
  readonly method: string;
  readonly key: string;
  readonly ifMatch: string | undefined;
  /** 1 for the first request of this method on this key. */
  readonly nth: number;
}

interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
}

/** One bucket of S3 in memory, behind real HTTP, with S3's conditions and whatever faults a test asks for. */
export interface FakeS3 {
  readonly place: BucketPlace;
  readonly requests: readonly FakeRequest[];
  /** Bodies that were deleted, in order. */
  readonly deleted: readonly string[];
  keys(): string[];
  body(key: string): string | undefined;
  put(key: string, body: string, lastModified?: Date): void;
  /** Asked before every request has its effect; may change the bucket. */
  onRequest(fault: (request: FakeRequest) => Fault | undefined): void;
  /** How far S3's clock is ahead, in milliseconds. */
  clockAhead: number;
  stop(): Promise<void>;
}

const CODES: Readonly<Record<number, string>> = {
  400: "InvalidRequest",
  403: "AccessDenied",
  404: "NoSuchKey",
  409: "ConditionalRequestConflict",
  412: "PreconditionFailed",
  500: "InternalError",
  503: "SlowDown",
};

export async function startFakeS3(): Promise<FakeS3> {
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  const objects = new Map<string, StoredObject>();
  const requests: FakeRequest[] = [];
  const deleted: string[] = [];
  let sorted: string[] = [];
  let ask: (request: FakeRequest) => Fault | undefined = () => undefined;
  const now = (): Date => new Date(Date.now() + fake.clockAhead);

  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://fake");
    const key = decodeURIComponent(pathname.split("/").slice(2).join("/"));
    const { method = "GET" } = incoming;
    const nth = requests.filter((request) => request.method === method && request.key === key).length + 1;
    const request = { method, key, ifMatch: incoming.headers["if-match"], nth };
    requests.push(request);
    outgoing.setHeader("date", now().toUTCString());
    const fault = ask(request);
    if (fault === "reset-before") {
      incoming.socket.destroy();
      return;
    }
    if (fault === "slow") return;
    if (typeof fault === "number") {
      error(outgoing, fault);
      return;
    }
    const answer = fault === "reset-after" ? undefined : outgoing;
    if (method === "GET" && key === "") list(searchParams.get("continuation-token"), outgoing);
    else if (method === "DELETE") remove(request, answer);
    else read(request, outgoing, fault === "truncate");
    if (fault === "reset-after") incoming.socket.destroy();
  };

  const read = (request: FakeRequest, outgoing: ServerResponse, truncate: boolean): void => {
    const object = objects.get(request.key);
    if (object === undefined) {
      error(outgoing, 404);
      return;
    }
    const { body, etag, lastModified } = object;
    const headers = { etag, "last-modified": lastModified.toUTCString(), "content-length": String(body.length) };
    outgoing.writeHead(200, headers);
    if (request.method === "HEAD") outgoing.end();
    else if (truncate) outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
    else outgoing.end(body);
  };

  const remove = (request: FakeRequest, outgoing: ServerResponse | undefined): void => {
    const object = objects.get(request.key);
    const refused =
      object === undefined ? 404 : request.ifMatch !== undefined && request.ifMatch !== object.etag && 412;
    if (refused !== false) {
      if (outgoing !== undefined) error(outgoing, refused);
      return;
    }
    objects.delete(request.key);
    deleted.push(object?.body.toString() ?? "");
    outgoing
      ?.writeHead(204, { "x-amz-delete-marker": "true", "x-amz-version-id": `marker-${String(deleted.length)}` })
      .end();
  };

  const list = (after: string | null, outgoing: ServerResponse): void => {
    if (sorted.length !== objects.size || after === null)
      sorted = [...objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const start = after === null ? 0 : Number(after);
    const page = sorted.slice(start, start + 1_000);
    const more = start + page.length < sorted.length;
    const contents = page.map((key) => {
      const { lastModified, etag, body } = objects.get(key) ?? { lastModified: now(), etag: "", body: "" };
      const escaped = key.replace(/[<>&'"\0-\x1f]/g, (character) => `&#${String(character.charCodeAt(0))};`);
      return `<Contents><Key>${escaped}</Key><LastModified>${lastModified.toISOString()}</LastModified><ETag>${etag}</ETag><Size>${String(body.length)}</Size></Contents>`;
    });
    const next = more ? `<NextContinuationToken>${String(start + page.length)}</NextContinuationToken>` : "";
    outgoing.writeHead(200, { "content-type": "application/xml" });
    outgoing.end(
      `<ListBucketResult><IsTruncated>${String(more)}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`,
    );
  };

  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpointUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const fake: FakeS3 = {
    place: { name: "acme-tfstate", region: "eu-central-1", account: "123456789012", access: { endpointUrl } },
    requests,
    deleted,
    keys: () => [...objects.keys()].sort(),
    body: (key) => objects.get(key)?.body.toString(),
    put: (key, text, lastModified = now()) => {
      const body = Buffer.from(text);
      objects.set(key, { body, etag: `"${createHash("md5").update(body).digest("hex")}"`, lastModified });
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

function error(outgoing: ServerResponse, status: number): void {
  const code = CODES[status] ?? "Unknown";
  outgoing.writeHead(status, { "content-type": "application/xml" });
  outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>a fault of the test</Message></Error>`);
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
