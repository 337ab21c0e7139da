import { createHash } from "node:crypto";
import type { FakeRequest } from "./fake-s3";

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface StoredObject {
  readonly body: string;
  readonly etag: string;
  readonly lastModified: Date;
}

const XML = { "content-type": "application/xml" };
const PAGE = 1_000;

/** The objects and settings of a bucket, and what S3 answers about them. Every object has one earlier version. */
export class FakeBucket {
  /** Bodies that requests deleted, in order. */
  readonly deleted: string[] = [];
  /** What a setting is answered with, by operation. What is not here was never made. */
  readonly settings = new Map<string, string>();
  readonly #objects = new Map<string, StoredObject>();
  #sorted: string[] = [];

  constructor(private readonly now: () => Date) {}

  keys(): string[] {
    return [...this.#objects.keys()].sort();
  }

  body(key: string): string | undefined {
    return this.#objects.get(key)?.body;
  }

  put(key: string, body: string, lastModified = this.now()): void {
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    this.#objects.set(key, { body, etag, lastModified });
  }

  remove(key: string): void {
    this.#objects.delete(key);
  }

  /** Has the request's effect, and says what S3 would. */
  answer(request: FakeRequest, ifNoneMatch: string | undefined, body: string): FakeAnswer {
    const { operation, query } = request;
    switch (operation) {
      case "GetObject":
      case "HeadObject":
        return this.#read(request);
      case "PutObject":
        if (ifNoneMatch === "*" && this.#objects.has(request.key)) return error(412, "PreconditionFailed");
        this.put(request.key, body);
        return { status: 200, headers: { etag: this.#objects.get(request.key)?.etag ?? "" } };
      case "DeleteObject":
        return this.#delete(request);
      case "ListObjectsV2":
        return this.#list(query["prefix"] ?? "", query["continuation-token"]);
      case "ListObjectVersions":
        return this.#versions(query["prefix"] ?? "");
      case "HeadBucket":
        return { status: 200, headers: { "x-amz-bucket-region": "eu-central-1" } };
      default: {
        const setting = this.settings.get(operation);
        return setting === undefined ? error(404, ABSENT[operation] ?? "NoSuchKey") : xml(setting);
      }
    }
  }

  #read({ key, method }: FakeRequest): FakeAnswer {
    const object = this.#objects.get(key);
    if (object === undefined) return method === "HEAD" ? { status: 404 } : error(404, "NoSuchKey");
    const { body, etag, lastModified } = object;
    const headers = {
      etag,
      "last-modified": lastModified.toUTCString(),
      "x-amz-server-side-encryption": "AES256",
      "x-amz-version-id": "v2",
    };
    return { status: 200, headers, body };
  }

  #delete({ key, ifMatch }: FakeRequest): FakeAnswer {
    const object = this.#objects.get(key);
    if (object === undefined) return error(404, "NoSuchKey");
    if (ifMatch !== undefined && ifMatch !== object.etag) return error(412, "PreconditionFailed");
    this.#objects.delete(key);
    this.deleted.push(object.body);
    const version = `marker-${String(this.deleted.length)}`;
    return { status: 204, headers: { "x-amz-delete-marker": "true", "x-amz-version-id": version } };
  }

  #list(prefix: string, after: string | undefined): FakeAnswer {
    if (this.#sorted.length !== this.#objects.size || after === undefined)
      this.#sorted = [...this.#objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const keys = prefix === "" ? this.#sorted : this.#sorted.filter((key) => key.startsWith(prefix));
    const start = Number(after ?? 0);
    const page = keys.slice(start, start + PAGE);
    const more = start + page.length < keys.length;
    const contents = page.map((key) => {
      const { lastModified, etag, body } = this.#objects.get(key) ?? { lastModified: this.now(), etag: "", body: "" };
      return `<Contents><Key>${escaped(key)}</Key><LastModified>${lastModified.toISOString()}</LastModified><ETag>${etag}</ETag><Size>${String(Buffer.byteLength(body))}</Size></Contents>`;
    });
    const next = more ? `<NextContinuationToken>${String(start + page.length)}</NextContinuationToken>` : "";
    return xml(
      `<ListBucketResult><IsTruncated>${String(more)}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`,
    );
  }

  #versions(prefix: string): FakeAnswer {
    const keys = this.keys().filter((key) => key.startsWith(prefix));
    const versions = keys.flatMap((key) =>
      ["v2", "v1"].map(
        (id) =>
          `<Version><Key>${escaped(key)}</Key><VersionId>${id}</VersionId><IsLatest>${String(id === "v2")}</IsLatest></Version>`,
      ),
    );
    return xml(`<ListVersionsResult>${versions.join("")}</ListVersionsResult>`);
  }
}

/** What S3 says of a setting that was never made. */
const ABSENT: Readonly<Record<string, string>> = {
  GetBucketReplication: "ReplicationConfigurationNotFoundError",
};

function xml(body: string): FakeAnswer {
  return { status: 200, headers: XML, body };
}

function error(status: number, code: string): FakeAnswer {
  return { status, headers: XML, body: `<Error><Code>${code}</Code><Message>as S3 says it</Message></Error>` };
}

function escaped(key: string): string {
  return key.replace(/[<>&'"\0-\x1f]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
