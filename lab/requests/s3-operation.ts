/** What decides which S3 operation a request is. */
interface S3RequestShape {
  readonly method: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly bucket?: string;
  readonly key?: string;
}

type ByMethod = Readonly<Partial<Record<string, string>>>;

const setting = (name: string, gone = name): ByMethod => ({
  GET: `Get${name}`,
  PUT: `Put${name}`,
  DELETE: `Delete${gone}`,
});

/** Query parameter → operation by method. The first that the query holds wins. */
const BUCKET_OPERATIONS: Readonly<Record<string, ByMethod>> = {
  abac: setting("BucketAbac"),
  accelerate: setting("BucketAccelerateConfiguration"),
  acl: setting("BucketAcl"),
  cors: setting("BucketCors"),
  delete: { POST: "DeleteObjects" },
  encryption: setting("BucketEncryption"),
  inventory: { ...setting("BucketInventoryConfiguration"), GET: "ListBucketInventoryConfigurations" },
  lifecycle: setting("BucketLifecycleConfiguration", "BucketLifecycle"),
  location: { GET: "GetBucketLocation" },
  logging: setting("BucketLogging"),
  metadataConfiguration: { ...setting("BucketMetadataConfiguration"), POST: "CreateBucketMetadataConfiguration" },
  notification: setting("BucketNotificationConfiguration"),
  "object-lock": setting("ObjectLockConfiguration"),
  ownershipControls: setting("BucketOwnershipControls"),
  policy: setting("BucketPolicy"),
  policyStatus: { GET: "GetBucketPolicyStatus" },
  publicAccessBlock: setting("PublicAccessBlock"),
  replication: setting("BucketReplication"),
  requestPayment: setting("BucketRequestPayment"),
  tagging: setting("BucketTagging"),
  uploads: { GET: "ListMultipartUploads" },
  versioning: setting("BucketVersioning"),
  versions: { GET: "ListObjectVersions" },
  website: setting("BucketWebsite"),
  "list-type": { GET: "ListObjectsV2" },
};

const OBJECT_OPERATIONS: Readonly<Record<string, ByMethod>> = {
  acl: setting("ObjectAcl"),
  attributes: { GET: "GetObjectAttributes" },
  "legal-hold": setting("ObjectLegalHold"),
  restore: { POST: "RestoreObject" },
  retention: setting("ObjectRetention"),
  select: { POST: "SelectObjectContent" },
  tagging: setting("ObjectTagging"),
  torrent: { GET: "GetObjectTorrent" },
  uploads: { POST: "CreateMultipartUpload" },
  uploadId: { GET: "ListParts", PUT: "UploadPart", POST: "CompleteMultipartUpload", DELETE: "AbortMultipartUpload" },
};

const PLAIN_BUCKET: ByMethod = {
  GET: "ListObjects",
  HEAD: "HeadBucket",
  PUT: "CreateBucket",
  POST: "PostObject",
  DELETE: "DeleteBucket",
};

const PLAIN_OBJECT: ByMethod = { GET: "GetObject", HEAD: "HeadObject", PUT: "PutObject", DELETE: "DeleteObject" };

/** Names the operation as the API does, or "Unrecognised": never a guess, so that a gate in front can refuse it. */
export function s3Operation(request: S3RequestShape): string {
  if (request.bucket === undefined) return request.method === "GET" ? "ListBuckets" : "Unrecognised";
  const table = request.key === undefined ? BUCKET_OPERATIONS : OBJECT_OPERATIONS;
  const plain = request.key === undefined ? PLAIN_BUCKET : PLAIN_OBJECT;
  const parameter = Object.keys(table).find((name) => request.query[name] !== undefined);
  const byMethod = parameter === undefined ? plain : table[parameter];
  return copied(byMethod?.[request.method], request.headers) ?? "Unrecognised";
}

/** A copy is a PUT that names its source in a header. */
function copied(operation: string | undefined, headers: Readonly<Record<string, string>>): string | undefined {
  if (headers["x-amz-copy-source"] === undefined) return operation;
  if (operation === "PutObject") return "CopyObject";
  return operation === "UploadPart" ? "UploadPartCopy" : operation;
}
