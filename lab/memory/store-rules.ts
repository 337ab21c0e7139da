/** How a store differs from S3. Every rule that is missing is S3's own. */
export interface StoreRules {
  /** `If-None-Match: *` on a write. `races`: takers at the same moment all win. */
  readonly take?: "ignored" | "races";
  /** A delete marker counts as an object for `If-None-Match`. */
  readonly markerCounts?: boolean;
  /** `If-Match` on a write. `refused`: even the right ETag answers 412. */
  readonly overwrite?: "ignored" | "refused";
  /** `If-Match` on a delete. */
  readonly release?: "ignored";
  /** `none`: no versions, and 501 to every question about them. `hidden`: objects carry no version ID. */
  readonly versions?: "none" | "hidden";
  /** Answers carry no ETag. */
  readonly etag?: "missing";
  /** Answers every request with 200 and something else. */
  readonly junk?: "html" | "xml" | "empty";
  /** Only writes and deletes are answered so: a portal that takes requests which carry something. */
  readonly junkWrites?: "html" | "xml";
  /** A listing claims more pages: without a token, or with the same token each time. */
  readonly listing?: "no-token" | "same-token";
  /** The root element of a listing of versions, where it is not S3's. */
  readonly versionList?: "ListBucketResult";
  /** A listing also holds keys whose newest version is a delete marker. */
  readonly listsDeleted?: boolean;
  /** Questions about settings: not implemented, or a listing instead. */
  readonly settings?: "not-implemented" | "listing";
  /** The answer of GetBucketLocation. */
  readonly region?: string;
  /** Another expected bucket owner is not refused. */
  readonly owner?: "ignored";
}

/**
 * Stores as they were seen in November 2026, and endpoints that serve no bucket. AWS first: it has no rule.
 * Source of the named stores: their page in docs/reference
 */
export const STORES = {
  "AWS S3": {},
  MinIO: { release: "ignored", settings: "not-implemented", owner: "ignored" },
  "MinIO without versions": { release: "ignored", versions: "none", settings: "not-implemented", owner: "ignored" },
  SeaweedFS: { settings: "not-implemented", region: "" },
  "Ceph RGW without versions": {
    ...{ release: "ignored", overwrite: "refused", versions: "none", region: "default", owner: "ignored" },
  },
  "Ceph RGW": { take: "ignored", overwrite: "refused", release: "ignored", region: "default", owner: "ignored" },
  "versitygw without versions": { take: "races", versions: "none", settings: "not-implemented" },
  versitygw: { take: "races", markerCounts: true, settings: "not-implemented" },
  S3Mock: {
    ...{ take: "races", markerCounts: true, settings: "listing", owner: "ignored", region: "null" },
    ...{ versionList: "ListBucketResult", listsDeleted: true },
  },
  S3Proxy: { take: "races", release: "ignored", versions: "none", settings: "listing", owner: "ignored" },
  "no ETag": { etag: "missing", versions: "hidden" },
  "a console's page": { junk: "html" },
  "other XML": { junk: "xml" },
  "an empty answer": { junk: "empty" },
  "a cut listing": { listing: "no-token" },
  "a listing that repeats": { listing: "same-token" },
} as const satisfies Readonly<Record<string, StoreRules>>;
