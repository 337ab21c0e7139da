import {
  ADMINISTRATORS,
  kms,
  lock,
  neighbour,
  past,
  put,
  sent,
  SSE,
  state,
  TERRAFORM,
  TRUSTED,
  type Context,
  type Row,
} from "./guard-row";
import { FOREIGN_KEY_ARN, REGION } from "./scenario";

const TAKEN = { "s3:if-none-match": "*" };
const EVERY = [...TERRAFORM, ...ADMINISTRATORS];

/** What a job of S3 Batch Operations does as its role, of which the guard knows nothing. */
const BY_JOB: Context = { "aws:ViaAWSService": "true" };

/** IAM's data knows these keys for every action but a few. */
const UNSIGNED: Context = { "s3:authType": undefined, "s3:signatureversion": undefined, "s3:TlsVersion": undefined };

const JOBS: readonly Row[] = [
  past("batch job: copy onto a lock", [], "s3:PutObject", { ...BY_JOB, ...TAKEN, "s3:x-amz-copy-source": "b/k" }, lock),
  past("batch job: copy of a state under another key", [], "s3:PutObject", {
    ...BY_JOB,
    ...{ "s3:x-amz-copy-source": "b/k", [`s3:${SSE}`]: "aws:kms", [`s3:${SSE}-aws-kms-key-id`]: FOREIGN_KEY_ARN },
  }),
  past("batch job: copy of a state to GLACIER", [], "s3:PutObject", {
    ...BY_JOB,
    ...{ "s3:x-amz-copy-source": "b/k", "s3:x-amz-storage-class": "GLACIER" },
  }),
  past("batch job: UpdateObjectEncryption", [], "s3:UpdateObjectEncryption", BY_JOB),
  past("batch job: DeleteObject of a state by a function", ["break-glass"], "s3:DeleteObject", BY_JOB),
  ...["DeleteObjectTagging", "PutObjectAcl", "PutObjectLegalHold", "PutObjectRetention", "PutObjectTagging"].map(
    (action) => past(`batch job: ${action}`, TRUSTED, `s3:${action}`, BY_JOB),
  ),
  past("batch job: RestoreObject", TRUSTED, "s3:RestoreObject", BY_JOB),
  past("batch job: InitiateReplication", [], "s3:InitiateReplication", { ...BY_JOB, ...UNSIGNED }),
];

/** A session of S3 Access Grants has the rights of the role of its location. */
const GRANTED: Context = { "s3:AccessGrantsInstanceArn": `arn:aws:s3:${REGION}:123456789012:access-grants/default` };

const GRANTS: readonly Row[] = [
  past("access grant: PutObject of a lock", [], "s3:PutObject", GRANTED, lock),
  past("access grant: PutObject of a state with AES256", [], "s3:PutObject", { ...GRANTED, [`s3:${SSE}`]: "AES256" }),
  past("access grant: DeleteObject of a state", ["break-glass"], "s3:DeleteObject", GRANTED),
];

const HOLD = { "x-amz-object-lock-legal-hold": "ON" };
const RETENTION = {
  "x-amz-object-lock-mode": "COMPLIANCE",
  "x-amz-object-lock-retain-until-date": "2036-01-01T00:00:00Z",
};

/** The tags that the proof's consumer gives its locks, if it has any. */
const LOCK_TAGS: Context = {
  "s3:RequestObjectTag/object": "lock",
  "s3:RequestObjectTag/Cost Center": "a/b",
  "s3:RequestObjectTagKeys": ["object", "Cost Center"],
};

/** Headers and operations that reach an object past its usual ones. */
const REQUESTS: readonly Row[] = [
  put("state: PUT with a legal hold", TRUSTED, () => HOLD),
  put("state: PUT with a retention", TRUSTED, () => RETENTION),
  put("state: PUT with a grant in a header", TRUSTED, () => ({ "x-amz-grant-full-control": 'id="stranger"' })),
  put("state: PUT in aws-chunked encoding", EVERY, () => ({
    ...{ "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "0" },
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  })),
  sent("lock: PUT in aws-chunked encoding, without If-None-Match", [], {
    method: "PUT",
    key: lock,
    headers: () => ({
      ...{ "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "0" },
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    }),
  }),
  sent("lock: PUT with If-None-Match and a legal hold", TRUSTED, {
    method: "PUT",
    key: lock,
    headers: () => ({ "if-none-match": "*", ...HOLD }),
  }),
  sent("lock: PUT with If-None-Match and a retention", TRUSTED, {
    method: "PUT",
    key: lock,
    headers: () => ({ "if-none-match": "*", ...RETENTION }),
  }),
  sent("state: PUT of a legal hold", TRUSTED, { method: "PUT", key: state, query: "legal-hold" }),
  sent("state: PUT of a retention", TRUSTED, { method: "PUT", key: state, query: "retention" }),
  sent("state: PUT of tags", TRUSTED, { method: "PUT", key: state, query: "tagging" }),
  sent("state: RestoreObject of a version", TRUSTED, { method: "POST", key: state, query: "restore&versionId=v" }),
  sent("state: presigned SelectObjectContent", [], {
    method: "POST",
    key: state,
    query: "select&select-type=2",
    signed: "query",
  }),
  sent("state: GetObjectTorrent by a presigned URL", [], {
    method: "GET",
    key: state,
    query: "torrent",
    signed: "query",
  }),
  past("another consumer's state: PutObjectTagging", TRUSTED, "s3:PutObjectTagging", {}, neighbour),
  past("state: PutObjectTagging with the tags of locks", TRUSTED, "s3:PutObjectTagging", LOCK_TAGS),
  past("state: GetObject by a presigned URL of Signature Version 2", [], "s3:GetObject", {
    "s3:authType": "REST-QUERY-STRING",
    "s3:signatureversion": "AWS",
  }),
  past("state: form of Signature Version 2", [], "s3:PutObject", {
    "s3:authType": "POST",
    "s3:signatureversion": "AWS",
  }),
  past("state: GetObject signed for many regions (SigV4A)", EVERY, "s3:GetObject", {
    "s3:signatureversion": "AWS4-ECDSA-P256-SHA256",
  }),
  ...["DeleteObjectAnnotation", "PutObjectVersionAnnotation", "ReplicateObjectAnnotation"].map((action) =>
    past(`state: ${action}`, TRUSTED, `s3:${action}`),
  ),
  ...["DeleteBucketWebsite", "PauseReplication"].map((action) =>
    past(`bucket: ${action}`, TRUSTED, `s3:${action}`, {}, () => undefined),
  ),
  past(
    "bucket: AllowVendedLogDeliveryForResource",
    [],
    "s3:AllowVendedLogDeliveryForResource",
    UNSIGNED,
    () => undefined,
  ),
];

/** Keys that look like others to people. To S3 and IAM each is a key of its own. */
const KEYS: readonly Row[] = [
  ...(
    [
      ["in capitals", "APP/terraform.tfstate"],
      ["in full-width letters", "\uff41pp/terraform.tfstate"],
      ["after a slash", "/app/terraform.tfstate"],
      ["after two dots", "x/../app/terraform.tfstate"],
      ["after a dot", "./app/terraform.tfstate"],
      ["before a slash", "app/terraform.tfstate/"],
      ["before a space", "app/terraform.tfstate "],
      ["before a null", "app/terraform.tfstate\u0000"],
      ["with a suffix in capitals", "app/terraform.tfstate.TFLOCK"],
      ["with a suffix in which a letter is Cyrillic", "app/terraform.tfstate.tflo\u0441k"],
    ] as const
  ).map(([how, key]) => past(`key of the state ${how}: PutObject`, ADMINISTRATORS, "s3:PutObject", {}, () => key)),
  ...(
    [
      ["after two dots", "x/../app/terraform.tfstate.tflock"],
      ["after two slashes", "app//terraform.tfstate.tflock"],
      ["without a name before the suffix", ".tflock"],
    ] as const
  ).flatMap(([how, key]) => [
    past(`key of a lock ${how}: PutObject`, [], "s3:PutObject", {}, () => key),
    past(`key of a lock ${how}: PutObject with If-None-Match: *`, ADMINISTRATORS, "s3:PutObject", TAKEN, () => key),
  ]),
  ...[" ", "\u0000", "/x.tflock", "?versionId=v"].map((tail) =>
    past(
      `key of the lock and ${JSON.stringify(tail)}: PutObject with If-None-Match: *`,
      [],
      "s3:PutObject",
      TAKEN,
      (scenario) => lock(scenario) + tail,
    ),
  ),
];

const KMS_KEY: readonly Row[] = [
  ...["GenerateDataKeyPair", "ReEncryptTo"].map((action) => kms(`key: ${action} past S3`, [], `kms:${action}`, {})),
  kms("key: Decrypt through DynamoDB", [], "kms:Decrypt", { service: `dynamodb.${REGION}.amazonaws.com` }),
];

/** Doors that S3 has beside the requests of Terraform, and keys and headers that tempt a careless pattern. */
export const OTHER_DOORS: readonly Row[] = [...JOBS, ...GRANTS, ...REQUESTS, ...KEYS, ...KMS_KEY];
