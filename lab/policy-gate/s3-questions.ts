import type { AwsRequest } from "../requests/aws-request";
import { Unmapped } from "./world";

/** What S3 asks IAM: the action, the object's key where it is about an object, and what the request brings along. */
export interface S3Question {
  readonly action: string;
  /** Undefined: about the bucket. */
  readonly key?: string;
  /** @default - the request's bucket */
  readonly bucket?: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

type Ask = (request: AwsRequest) => S3Question[];

const setting =
  (action: string): Ask =>
  () => [{ action }];

const ofObject =
  (action: string): Ask =>
  (request) => [{ action, ...keyOf(request) }];

/** S3 operation → what S3 asks. Operations that are not here are refused. */
const QUESTIONS: Readonly<Record<string, Ask>> = {
  ListObjectsV2: (request) => [{ action: "s3:ListBucket", context: listContext(request) }],
  ListObjects: (request) => [{ action: "s3:ListBucket", context: listContext(request) }],
  ListObjectVersions: (request) => [{ action: "s3:ListBucketVersions", context: listContext(request) }],
  HeadBucket: setting("s3:ListBucket"),
  HeadObject: (request) => [read(request)],
  GetObject: (request) => [read(request)],
  PutObject: (request) => written(request, "true"),
  PostObject: (request) => written({ ...request, key: formField(request, "key") }, "true"),
  CopyObject: (request) => [...written(request, "true"), copied(request)],
  CreateMultipartUpload: (request) => written(request, "false"),
  UploadPart: (request) => written(request, "false"),
  UploadPartCopy: (request) => [...written(request, "false"), copied(request)],
  CompleteMultipartUpload: (request) => written(request, "true"),
  AbortMultipartUpload: (request) => [{ action: "s3:AbortMultipartUpload", ...keyOf(request) }],
  ListParts: (request) => [{ action: "s3:ListMultipartUploadParts", ...keyOf(request) }],
  DeleteObject: deleted,
  DeleteObjects: (request) => [...request.body.toString("utf8").matchAll(/<Object>(.*?)<\/Object>/gs)].map(bulkDeleted),
  PutObjectAcl: (request) => [
    {
      action: request.query["versionId"] === undefined ? "s3:PutObjectAcl" : "s3:PutObjectVersionAcl",
      ...keyOf(request),
    },
  ],
  PutObjectLegalHold: ofObject("s3:PutObjectLegalHold"),
  PutObjectRetention: ofObject("s3:PutObjectRetention"),
  PutObjectTagging: ofObject("s3:PutObjectTagging"),
  RestoreObject: ofObject("s3:RestoreObject"),
  SelectObjectContent: ofObject("s3:GetObject"),
  GetObjectTorrent: ofObject("s3:GetObjectTorrent"),
  DeleteBucket: setting("s3:DeleteBucket"),
  PutBucketAcl: setting("s3:PutBucketAcl"),
  PutBucketCors: setting("s3:PutBucketCORS"),
  DeleteBucketCors: setting("s3:PutBucketCORS"),
  GetBucketAbac: setting("s3:GetBucketAbac"),
  GetBucketAccelerateConfiguration: setting("s3:GetAccelerateConfiguration"),
  GetBucketAcl: setting("s3:GetBucketAcl"),
  GetBucketCors: setting("s3:GetBucketCORS"),
  GetBucketEncryption: setting("s3:GetEncryptionConfiguration"),
  PutBucketEncryption: setting("s3:PutEncryptionConfiguration"),
  DeleteBucketEncryption: setting("s3:PutEncryptionConfiguration"),
  GetBucketLifecycleConfiguration: setting("s3:GetLifecycleConfiguration"),
  PutBucketLifecycleConfiguration: setting("s3:PutLifecycleConfiguration"),
  DeleteBucketLifecycle: setting("s3:PutLifecycleConfiguration"),
  GetBucketLocation: setting("s3:GetBucketLocation"),
  GetBucketLogging: setting("s3:GetBucketLogging"),
  PutBucketLogging: setting("s3:PutBucketLogging"),
  GetBucketMetadataConfiguration: setting("s3:GetBucketMetadataTableConfiguration"),
  GetBucketNotificationConfiguration: setting("s3:GetBucketNotification"),
  PutBucketNotificationConfiguration: setting("s3:PutBucketNotification"),
  GetBucketOwnershipControls: setting("s3:GetBucketOwnershipControls"),
  PutBucketOwnershipControls: setting("s3:PutBucketOwnershipControls"),
  DeleteBucketOwnershipControls: setting("s3:PutBucketOwnershipControls"),
  GetBucketPolicy: setting("s3:GetBucketPolicy"),
  PutBucketPolicy: setting("s3:PutBucketPolicy"),
  DeleteBucketPolicy: setting("s3:DeleteBucketPolicy"),
  GetBucketReplication: setting("s3:GetReplicationConfiguration"),
  PutBucketReplication: setting("s3:PutReplicationConfiguration"),
  DeleteBucketReplication: setting("s3:PutReplicationConfiguration"),
  GetBucketRequestPayment: setting("s3:GetBucketRequestPayment"),
  GetBucketTagging: setting("s3:GetBucketTagging"),
  PutBucketTagging: setting("s3:PutBucketTagging"),
  GetBucketVersioning: setting("s3:GetBucketVersioning"),
  PutBucketVersioning: setting("s3:PutBucketVersioning"),
  GetBucketWebsite: setting("s3:GetBucketWebsite"),
  PutBucketWebsite: setting("s3:PutBucketWebsite"),
  DeleteBucketWebsite: setting("s3:DeleteBucketWebsite"),
  PutObjectLockConfiguration: setting("s3:PutBucketObjectLockConfiguration"),
  ListBucketInventoryConfigurations: setting("s3:GetInventoryConfiguration"),
  GetObjectLockConfiguration: setting("s3:GetBucketObjectLockConfiguration"),
  GetPublicAccessBlock: setting("s3:GetBucketPublicAccessBlock"),
  PutPublicAccessBlock: setting("s3:PutBucketPublicAccessBlock"),
  DeletePublicAccessBlock: setting("s3:PutBucketPublicAccessBlock"),
};

/** Query parameters that do not change what is asked, or that the mapping above reads. Any other could. */
const PARAMETERS =
  /^(x-id|list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|uploads|uploadId|partNumber|versionId|delete|abac|accelerate|acl|cors|encryption|inventory|legal-hold|lifecycle|location|logging|metadataConfiguration|notification|ownershipControls|policy|replication|versioning|versions|website|tagging|object-lock|publicAccessBlock|requestPayment|restore|retention|select|select-type|torrent|X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Content-Sha256|Security-Token))$/;

/** The same for headers of Amazon's. */
const HEADERS =
  /^x-amz-(acl|bypass-governance-retention|checksum-.*|content-sha256|copy-source|date|decoded-content-length|expected-bucket-owner|grant-.*|object-lock-.*|sdk-checksum-algorithm|security-token|server-side-encryption|server-side-encryption-aws-kms-key-id|server-side-encryption-customer-(algorithm|key|key-md5)|storage-class|tagging|te|trailer|user-agent|transition-default-minimum-object-size)$/;

const SSE = "x-amz-server-side-encryption";

/** What S3 asks IAM about this request. @throws Unmapped where the gate does not know */
export function s3Questions(request: AwsRequest): S3Question[] {
  const ask = QUESTIONS[request.operation];
  if (ask === undefined || request.bucket === undefined) throw new Unmapped(`S3 operation ${request.operation}`);
  const parameter = Object.keys(request.query).find((name) => !PARAMETERS.test(name));
  if (parameter !== undefined) throw new Unmapped(`query parameter ${parameter} of ${request.operation}`);
  const header = Object.keys(request.headers).find((name) => name.startsWith("x-amz-") && !HEADERS.test(name));
  if (header !== undefined) throw new Unmapped(`header ${header} of ${request.operation}`);
  return ask(request);
}

function keyOf({ key, operation }: AwsRequest): { readonly key: string } {
  if (key === undefined || key === "") throw new Unmapped(`${operation} without a key`);
  return { key };
}

function listContext({ query }: AwsRequest): Record<string, string> {
  const given = { "s3:prefix": query["prefix"], "s3:delimiter": query["delimiter"], "s3:max-keys": query["max-keys"] };
  return present(given);
}

function read(request: AwsRequest): S3Question {
  const version = request.query["versionId"];
  if (version === undefined) return { action: "s3:GetObject", ...keyOf(request) };
  return { action: "s3:GetObjectVersion", ...keyOf(request), context: { "s3:versionid": version } };
}

/** `creates`: whether the request makes the object (S3 answers conditions only there). */
function written(request: AwsRequest, creates: "true" | "false"): S3Question[] {
  const { headers } = request;
  const place = keyOf(request);
  const has = (name: RegExp): boolean => Object.keys(headers).some((header) => name.test(header));
  const context = present({
    "s3:ObjectCreationOperation": request.operation === "PostObject" ? undefined : creates,
    "s3:if-none-match": headers["if-none-match"],
    "s3:if-match": headers["if-match"],
    "s3:x-amz-acl": headers["x-amz-acl"],
    "s3:x-amz-copy-source": headers["x-amz-copy-source"],
    "s3:x-amz-server-side-encryption": headers[SSE],
    "s3:x-amz-storage-class": headers["x-amz-storage-class"],
    "s3:x-amz-server-side-encryption-aws-kms-key-id": headers[`${SSE}-aws-kms-key-id`],
    "s3:x-amz-server-side-encryption-customer-algorithm": headers[`${SSE}-customer-algorithm`],
  });
  return [
    { action: "s3:PutObject", ...place, context },
    ...(has(/^x-amz-(acl|grant-.*)$/) ? [{ action: "s3:PutObjectAcl", ...place }] : []),
    ...(has(/^x-amz-object-lock-legal-hold$/) ? [{ action: "s3:PutObjectLegalHold", ...place }] : []),
    ...(has(/^x-amz-object-lock-(mode|retain.*)$/) ? [{ action: "s3:PutObjectRetention", ...place }] : []),
    ...tagged(headers["x-amz-tagging"], place),
    ...comparing(headers["if-match"], place),
  ];
}

/** Tags that come with the object. */
function tagged(tags: string | undefined, place: { readonly key: string }): S3Question[] {
  if (tags === undefined) return [];
  const sent = [...new URLSearchParams(tags)];
  const ofTags = sent.map(([name, value]) => [`s3:RequestObjectTag/${name}`, value] as const);
  const context = { ...Object.fromEntries(ofTags), "s3:RequestObjectTagKeys": sent.map(([name]) => name) };
  return [{ action: "s3:PutObjectTagging", ...place, context }];
}

function bulkDeleted([, entry = ""]: RegExpExecArray): S3Question {
  const key = /<Key>([^<]*)<\/Key>/.exec(entry)?.[1] ?? "";
  if (entry.includes("<VersionId>")) return { action: "s3:DeleteObjectVersion", key };
  const etag = /<ETag>([^<]*)<\/ETag>/.exec(entry)?.[1];
  return { action: "s3:DeleteObject", key, context: present({ "s3:if-match": etag }) };
}

function deleted(request: AwsRequest): S3Question[] {
  const { headers, query } = request;
  const place = keyOf(request);
  const version = query["versionId"];
  const remove: S3Question =
    version === undefined
      ? { action: "s3:DeleteObject", ...place, context: present({ "s3:if-match": headers["if-match"] }) }
      : { action: "s3:DeleteObjectVersion", ...place, context: { "s3:versionid": version } };
  const bypass = headers["x-amz-bypass-governance-retention"] === "true";
  return [
    remove,
    ...(bypass ? [{ action: "s3:BypassGovernanceRetention", ...place }] : []),
    ...comparing(headers["if-match"], place),
  ];
}

/** Who compares ETags learns something of the object: S3 wants GetObject too. */
function comparing(etag: string | undefined, place: { readonly key: string }): S3Question[] {
  return etag === undefined || etag === "*" ? [] : [{ action: "s3:GetObject", ...place }];
}

function copied(request: AwsRequest): S3Question {
  const source = decodeURIComponent(request.headers["x-amz-copy-source"] ?? "").replace(/^\//, "");
  const [, bucket, key] = /^([^/]+)\/([^?]+)$/.exec(source) ?? [];
  if (bucket === undefined || key === undefined) throw new Unmapped(`copy source ${source}`);
  return { action: "s3:GetObject", bucket, key };
}

/** A field of a browser form. */
export function formField({ body }: AwsRequest, name: string): string {
  const field = new RegExp(`name="${name}"\\r?\\n\\r?\\n([^\\r\\n]*)`, "i").exec(body.toString("utf8"));
  return field?.[1] ?? "";
}

/** Leaves out what has no value. */
export function present<Value>(values: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Value & NonNullable<unknown>] => entry[1] !== undefined),
  );
}
