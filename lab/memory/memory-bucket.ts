import { createHash } from "node:crypto";
import type { FakeRequest } from "./memory-s3";
import type { StoreRules } from "./store-rules";

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface StoredVersion {
  readonly versionId: string;
  /** Undefined for a delete marker. */
  readonly body: string | undefined;
  readonly etag: string;
  readonly lastModified: Date;
  /** As the query of a URL. */
  readonly tags?: string | undefined;
}

/** An object that is there: the newest of its versions, and no delete marker. */
type StoredObject = StoredVersion & { readonly body: string };

const XML = { "content-type": "application/xml" };
const PAGE = 1_000;

/** The objects of a versioned bucket, its settings, and what S3 answers about them. */
export class FakeBucket {
  /** Bodies that requests deleted, in order. */
  readonly deleted: string[] = [];
  /** The answer for a setting, by operation. A setting that is missing here was never made. */
  readonly settings = new Map<string, string>();
  /** The encryption headers of each answer. */
  encryption: Readonly<Record<string, string>> = { "x-amz-server-side-encryption": "AES256" };
  /** How it differs from S3. */
  rules: StoreRules = {};
  /** Versions ever written, by key. */
  readonly #written = new Map<string, number>();
  /** By key, the oldest first. */
  readonly #objects = new Map<string, StoredVersion[]>();
  #sorted: string[] = [];

  constructor(private readonly now: () => Date) {}

  keys(): string[] {
    return [...this.#objects.keys()].filter((key) => this.#current(key) !== undefined).sort();
  }

  body(key: string): string | undefined {
    return this.#current(key)?.body;
  }

  /** The bodies of a key's versions, the oldest first. */
  history(key: string): (string | undefined)[] {
    return (this.#objects.get(key) ?? []).map(({ body }) => body);
  }

  put(key: string, body: string, lastModified = this.now(), tags?: string): StoredVersion {
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    const versions = this.#objects.get(key) ?? [];
    const count = Math.max(this.#written.get(key) ?? 0, versions.length) + 1;
    this.#written.set(key, count);
    const version = { versionId: `v${String(count)}`, body, etag, lastModified, tags };
    this.#objects.set(key, this.rules.versions === "none" ? [version] : [...versions, version]);
    return version;
  }

  /** As if it had never been there. */
  remove(key: string): void {
    this.#objects.delete(key);
    this.#written.delete(key);
  }

  /** True if `If-None-Match: *` holds on the key. */
  isFree(key: string): boolean {
    const versions = this.#objects.get(key) ?? [];
    return this.#current(key) === undefined && !(this.rules.markerCounts === true && versions.length > 0);
  }

  /** Has the request's effect, and says what S3 would. */
  answer(request: FakeRequest, ifNoneMatch: string | undefined, body: string): FakeAnswer {
    const { operation, query } = request;
    const { junk, junkWrites, versions, settings, region } = this.rules;
    if (junk !== undefined) return JUNK[junk];
    if (junkWrites !== undefined && /^(Put|Delete)Object$/.test(operation)) return JUNK[junkWrites];
    if (versions === "none" && /Version(s|ing)$/.test(operation)) return error(501, "NotImplemented");
    if (region !== undefined && operation === "GetBucketLocation")
      return xml(`<LocationConstraint>${region}</LocationConstraint>`);
    if (
      /^GetBucket(?!Location|Versioning)|^GetPublic|^GetOwner|^GetObjectLock/.test(operation) &&
      settings !== undefined
    )
      return settings === "listing" ? this.#list("", undefined) : error(501, "NotImplemented");
    switch (operation) {
      case "GetObject":
      case "HeadObject":
        return this.#read(request);
      case "GetObjectTagging":
        return this.#tags(request);
      case "PutObject":
        return this.#write(request, ifNoneMatch, body);
      case "DeleteObject":
        return this.#delete(request);
      case "ListObjectsV2":
        return this.#list(query["prefix"] ?? "", query["continuation-token"]);
      case "ListObjectVersions":
        return this.#versions(query["prefix"] ?? "");
      case "HeadBucket":
        return { status: 200, headers: { "x-amz-bucket-region": "eu-central-1" } };
      default: {
        const setting = this.settings.get(operation) ?? UNSET[operation];
        return setting === undefined ? error(404, ABSENT[operation] ?? "NoSuchKey") : xml(setting);
      }
    }
  }

  #current(key: string): StoredObject | undefined {
    const last = this.#objects.get(key)?.at(-1);
    return last?.body === undefined ? undefined : { ...last, body: last.body };
  }

  #read({ key, method, query }: FakeRequest): FakeAnswer {
    const wanted = query["versionId"];
    const named = (this.#objects.get(key) ?? []).find(({ versionId }) => versionId === wanted);
    const object = wanted === undefined ? this.#current(key) : named;
    if (object?.body === undefined) {
      return method === "HEAD" ? { status: 404 } : error(404, wanted === undefined ? "NoSuchKey" : "NoSuchVersion");
    }
    const { body, etag, lastModified, versionId, tags } = object;
    const headers = {
      etag,
      "last-modified": lastModified.toUTCString(),
      "x-amz-version-id": versionId,
      ...(tags === undefined ? {} : { "x-amz-tagging-count": String(new URLSearchParams(tags).size) }),
      ...this.encryption,
    };
    return { status: 200, headers: this.#kept(headers), body };
  }

  #tags({ key, query }: FakeRequest): FakeAnswer {
    const named = (this.#objects.get(key) ?? []).find(({ versionId }) => versionId === query["versionId"]);
    const tags = [...new URLSearchParams((named ?? this.#current(key))?.tags ?? "")];
    const set = tags.map(([name, value]) => `<Tag><Key>${escaped(name)}</Key><Value>${escaped(value)}</Value></Tag>`);
    return xml(`<Tagging><TagSet>${set.join("")}</TagSet></Tagging>`);
  }

  #write({ key, ifMatch, tags }: FakeRequest, ifNoneMatch: string | undefined, body: string): FakeAnswer {
    const object = this.#current(key);
    const { take, overwrite } = this.rules;
    if (ifNoneMatch === "*" && take !== "ignored" && !this.isFree(key)) return error(412, "PreconditionFailed");
    if (ifMatch !== undefined && object === undefined) return error(404, "NoSuchKey");
    const holds = overwrite === "ignored" || (overwrite !== "refused" && ifMatch === object?.etag);
    if (ifMatch !== undefined && !holds) return error(412, "PreconditionFailed");
    const { etag, versionId } = this.put(key, body, this.now(), tags);
    return { status: 200, headers: this.#kept({ etag, "x-amz-version-id": versionId }) };
  }

  /** The headers that this store sends. */
  #kept(headers: Readonly<Record<string, string>>): Record<string, string> {
    const left = [
      ...(this.rules.etag === "missing" ? ["etag"] : []),
      ...(this.rules.versions === undefined ? [] : ["x-amz-version-id", "x-amz-delete-marker"]),
    ];
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.includes(name)));
  }

  #delete({ key, ifMatch, query }: FakeRequest): FakeAnswer {
    const version = query["versionId"];
    if (version !== undefined && this.rules.versions !== "none") return this.#deleteVersion(key, version);
    const object = this.#current(key);
    const { release, versions } = this.rules;
    if (object === undefined) return ifMatch === undefined ? { status: 204 } : error(404, "NoSuchKey");
    if (ifMatch !== undefined && release !== "ignored" && ifMatch !== object.etag)
      return error(412, "PreconditionFailed");
    this.deleted.push(object.body);
    if (versions === "none") {
      this.#objects.delete(key);
      return { status: 204 };
    }
    const versionId = `marker-${String(this.deleted.length)}`;
    const marker = { versionId, body: undefined, etag: "", lastModified: this.now() };
    this.#objects.set(key, [...(this.#objects.get(key) ?? []), marker]);
    const headers = { "x-amz-delete-marker": "true", "x-amz-version-id": versionId };
    return { status: 204, headers: this.#kept(headers) };
  }

  #deleteVersion(key: string, versionId: string): FakeAnswer {
    const versions = this.#objects.get(key) ?? [];
    const gone = versions.find((version) => version.versionId === versionId);
    if (gone?.body !== undefined) this.deleted.push(gone.body);
    this.#objects.set(
      key,
      versions.filter((version) => version !== gone),
    );
    return { status: 204, headers: { "x-amz-version-id": versionId } };
  }

  #list(prefix: string, after: string | undefined): FakeAnswer {
    const all = this.rules.listsDeleted === true ? [...this.#objects.keys()] : this.keys();
    if (after === undefined) this.#sorted = all.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const keys = prefix === "" ? this.#sorted : this.#sorted.filter((key) => key.startsWith(prefix));
    const start = Number(after ?? 0);
    const page = keys.slice(start, start + PAGE);
    const { listing } = this.rules;
    const more = listing !== undefined || start + page.length < keys.length;
    const contents = page.map((key) => {
      const { lastModified = this.now(), etag = "", body = "" } = this.#current(key) ?? {};
      return `<Contents><Key>${escaped(key)}</Key><LastModified>${lastModified.toISOString()}</LastModified><ETag>${etag}</ETag><Size>${String(Buffer.byteLength(body))}</Size></Contents>`;
    });
    const next =
      more && listing !== "no-token"
        ? `<NextContinuationToken>${String(listing === "same-token" ? 0 : start + page.length)}</NextContinuationToken>`
        : "";
    return xml(
      `<ListBucketResult><IsTruncated>${String(more)}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`,
    );
  }

  #versions(prefix: string): FakeAnswer {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    const entries = keys.flatMap((key) => {
      const newestFirst = [...(this.#objects.get(key) ?? [])].reverse();
      return newestFirst.map(({ versionId, body, lastModified }, at) => {
        const kind = body === undefined ? "DeleteMarker" : "Version";
        const size = body === undefined ? "" : `<Size>${String(Buffer.byteLength(body))}</Size>`;
        return `<${kind}><Key>${escaped(key)}</Key><VersionId>${versionId}</VersionId><IsLatest>${String(at === 0)}</IsLatest><LastModified>${lastModified.toISOString()}</LastModified>${size}</${kind}>`;
      });
    });
    const { versionList: root = "ListVersionsResult" } = this.rules;
    return xml(`<${root}>${this.#cut(prefix)}${entries.join("")}</${root}>`);
  }

  #cut(key: string): string {
    const { listing } = this.rules;
    if (listing === undefined) return "";
    const next = listing === "no-token" ? "" : `<NextKeyMarker>${escaped(key)}</NextKeyMarker>`;
    return `<IsTruncated>true</IsTruncated>${next}`;
  }
}

/** The answers of an endpoint that does not serve this bucket. */
const JUNK: Readonly<Record<"html" | "xml" | "empty", FakeAnswer>> = {
  html: {
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<!doctype html><html><body>Log in</body></html>",
  },
  xml: { status: 200, headers: XML, body: "<Welcome><To>the console</To></Welcome>" },
  empty: { status: 200, headers: {}, body: "" },
};

/** What S3 says of a setting that was never made. */
const ABSENT: Readonly<Record<string, string>> = {
  GetBucketReplication: "ReplicationConfigurationNotFoundError",
  GetBucketMetadataConfiguration: "MetadataConfigurationNotFound",
  GetObjectLockConfiguration: "ObjectLockConfigurationNotFoundError",
};

/** What S3 answers for a setting that was never made, where that is not an error. */
const UNSET: Readonly<Record<string, string>> = {
  GetBucketAbac: "<AbacStatus><Status>Disabled</Status></AbacStatus>",
  ListBucketInventoryConfigurations:
    "<ListInventoryConfigurationsResult><IsTruncated>false</IsTruncated></ListInventoryConfigurationsResult>",
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
