import type { AccessLevel } from "../../lib/policy/access-level";
import { EncryptionLedger } from "../policy-gate/encryption-ledger";
import { principalContext, questionsOf, type Asked } from "../policy-gate/questions";
import { present } from "../policy-gate/s3-questions";
import type { GatePrincipal, GateWorld } from "../policy-gate/world";
import { parseAwsRequest, type RawRequest } from "../requests/aws-request";
import { ACCESS_POINTS } from "./access-point-rows";
import {
  ADMINISTRATORS,
  ANYBODY,
  copyOf,
  kms,
  lock,
  neighbour,
  past,
  principalOf,
  put,
  sent,
  setting,
  SSE,
  state,
  TERRAFORM,
  TRUSTED,
  workspaceState,
  type Actor,
  type Row,
} from "./guard-row";
import { OTHER_DOORS } from "./other-doors";
import { allowed } from "./replay";
import { FOREIGN_KEY_ARN, MEMBER, NETWORK, ORGANIZATION, REGION, SNIPED, SNIPER, type Scenario } from "./scenario";

/** What an attack is about, and who may delete it and write it as Terraform does. */
const PLACES = [
  { place: "state", key: state, writers: TERRAFORM, deleters: [] },
  { place: "workspace's state", key: workspaceState, writers: TERRAFORM, deleters: ["workspace-admin"] },
  { place: "another consumer's state", key: neighbour, writers: [], deleters: [] },
  { place: "bootstrap state", key: ({ home }: Scenario) => home.bootstrap.key, writers: [], deleters: [] },
] as const satisfies readonly {
  readonly place: string;
  readonly key: (scenario: Scenario) => string;
  readonly writers: readonly Actor[];
  readonly deleters: readonly Actor[];
}[];

const LOCK_PLACES = PLACES.map(({ place, key, writers }) => ({
  place: place.startsWith("another") ? `lock of ${place}` : `lock of the ${place}`,
  key: (scenario: Scenario) => `${key(scenario)}.tflock`,
  takers: writers,
}));

/** Ways to write that nobody has, at any key. */
const REFUSED_WRITES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["with SSE-C", { [`s3:${SSE}-customer-algorithm`]: "AES256" }],
  ["to GLACIER_IR", { "s3:x-amz-storage-class": "GLACIER_IR" }],
  ["to REDUCED_REDUNDANCY", { "s3:x-amz-storage-class": "REDUCED_REDUNDANCY" }],
  ["by a presigned URL", { "s3:authType": "REST-QUERY-STRING" }],
  ["by a form", { "s3:authType": "POST" }],
  ["with Signature Version 2", { "s3:signatureversion": "AWS" }],
  ["over plain HTTP", { "aws:SecureTransport": "false" }],
  ["over TLS 1.1", { "s3:TlsVersion": "1.1" }],
];

/** Encryptions that the config does not have; the bootstrap state alone takes them, so that a change can be deployed. */
const OTHER_ENCRYPTION: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["with AES256", { [`s3:${SSE}`]: "AES256" }],
  ["with aws:kms:dsse", { [`s3:${SSE}`]: "aws:kms:dsse" }],
  ["with the account's aws/s3", { [`s3:${SSE}`]: "aws:kms" }],
  ["with a foreign key", { [`s3:${SSE}`]: "aws:kms", [`s3:${SSE}-aws-kms-key-id`]: FOREIGN_KEY_ARN }],
];

const TAKEN = { "s3:if-none-match": "*" };

/** Each way past Terraform at each kind of key. */
const MATRIX: readonly Row[] = [
  ...PLACES.flatMap(({ place, key, writers, deleters }) => [
    past(`${place}: PutObject`, [...writers, ...ADMINISTRATORS], "s3:PutObject", {}, key),
    ...REFUSED_WRITES.map(([how, context]) => past(`${place}: PutObject ${how}`, [], "s3:PutObject", context, key)),
    ...OTHER_ENCRYPTION.map(([how, context]) =>
      past(
        `${place}: PutObject ${how}`,
        place === "bootstrap state" ? ADMINISTRATORS : [],
        "s3:PutObject",
        context,
        key,
      ),
    ),
    past(`${place}: DeleteObject`, [...deleters, "break-glass"], "s3:DeleteObject", {}, key),
    past(
      `${place}: DeleteObject by a presigned URL`,
      [],
      "s3:DeleteObject",
      { "s3:authType": "REST-QUERY-STRING" },
      key,
    ),
    past(`${place}: DeleteObjectVersion`, TRUSTED, "s3:DeleteObjectVersion", { "s3:versionid": "v" }, key),
    past(`${place}: ReplicateDelete`, TRUSTED, "s3:ReplicateDelete", {}, key),
    past(`${place}: UpdateObjectEncryption`, [], "s3:UpdateObjectEncryption", {}, key),
    past(`${place}: PutObjectRetention`, TRUSTED, "s3:PutObjectRetention", {}, key),
    past(`${place}: PutObjectVersionAcl`, TRUSTED, "s3:PutObjectVersionAcl", {}, key),
    past(`${place}: PutObjectAnnotation`, TRUSTED, "s3:PutObjectAnnotation", {}, key),
    ...["s3:GetObject", "s3:PutObject"].map((action) =>
      past(
        `${place}: ${action.slice(3)} in a bucket of this name in another account`,
        ANYBODY,
        action,
        {},
        key,
        SNIPER,
      ),
    ),
  ]),
  ...LOCK_PLACES.flatMap(({ place, key, takers }) => [
    past(`${place}: PutObject with If-None-Match: *`, [...takers, ...ADMINISTRATORS], "s3:PutObject", TAKEN, key),
    past(`${place}: PutObject`, [], "s3:PutObject", {}, key),
    past(`${place}: PutObject with If-None-Match of an ETag`, [], "s3:PutObject", { "s3:if-none-match": '"e"' }, key),
    past(`${place}: PutObject with If-Match: *`, [], "s3:PutObject", { "s3:if-match": "*" }, key),
    past(`${place}: copy with If-None-Match: *`, [], "s3:PutObject", { ...TAKEN, "s3:x-amz-copy-source": "b/k" }, key),
    ...REFUSED_WRITES.map(([how, context]) =>
      past(`${place}: PutObject with If-None-Match: * ${how}`, [], "s3:PutObject", { ...TAKEN, ...context }, key),
    ),
    ...[".1", "/", "%00", ".tflock"].map((junk) =>
      past(`${place}: PutObject with If-None-Match: * at its key and ${junk}`, [], "s3:PutObject", TAKEN, (scenario) =>
        junk === ".tflock" ? `${key(scenario)}.tflock.` : `${key(scenario)}${junk}`,
      ),
    ),
    past(`${place}: ReplicateObject`, [], "s3:ReplicateObject", {}, key),
    past(`${place}: ReplicateDelete`, [], "s3:ReplicateDelete", {}, key),
    past(`${place}: UpdateObjectEncryption`, [], "s3:UpdateObjectEncryption", {}, key),
    past(`${place}: DeleteObjectVersion`, TRUSTED, "s3:DeleteObjectVersion", { "s3:versionid": "v" }, key),
    past(
      `${place}: PutObject with If-None-Match: * in a bucket of this name in another account`,
      ANYBODY,
      "s3:PutObject",
      TAKEN,
      key,
      SNIPER,
    ),
  ]),
];

/** Copies, parts, batches and side doors of S3, which an administrator tries rather than Terraform. */
const SIDE_DOORS: readonly Row[] = [
  sent("lock: DeleteObjects without ETag", [...TERRAFORM, "administrator", "deployer"], {
    method: "POST",
    query: "delete",
    body: "<Delete><Object><Key>app/terraform.tfstate.tflock</Key></Object></Delete>",
  }),
  sent("lock: UploadPart", [], { method: "PUT", key: lock, query: "partNumber=1&uploadId=u" }),
  sent("lock: UploadPartCopy", [], {
    method: "PUT",
    key: lock,
    query: "partNumber=1&uploadId=u",
    headers: copyOf(state),
  }),
  sent("state: UploadPart", [...TERRAFORM, ...ADMINISTRATORS], {
    method: "PUT",
    key: state,
    query: "partNumber=1&uploadId=u",
  }),
  sent("state: UploadPart with SSE-C", [], {
    method: "PUT",
    key: state,
    query: "partNumber=1&uploadId=u",
    headers: () => ({ [`${SSE}-customer-algorithm`]: "AES256" }),
  }),
  sent("state: UploadPartCopy of another consumer's", ADMINISTRATORS, {
    method: "PUT",
    key: state,
    query: "partNumber=1&uploadId=u",
    headers: copyOf(neighbour),
  }),
  sent("state: CopyObject of another consumer's", ADMINISTRATORS, {
    method: "PUT",
    key: state,
    headers: copyOf(neighbour),
  }),
  sent("state: CopyObject onto another consumer's", ADMINISTRATORS, {
    method: "PUT",
    key: neighbour,
    headers: copyOf(state),
  }),
  sent("state: CopyObject of itself under another key", [], {
    method: "PUT",
    key: state,
    headers: (scenario) => ({
      ...copyOf(state)(scenario),
      [SSE]: "aws:kms",
      [`${SSE}-aws-kms-key-id`]: FOREIGN_KEY_ARN,
    }),
  }),
  put("state: PUT with an ACL", TRUSTED, () => ({ "x-amz-acl": "public-read" })),
  put("state: PUT with tags", TRUSTED, () => ({ "x-amz-tagging": "a=b" })),
  sent("state: AbortMultipartUpload", [...TERRAFORM, ...ADMINISTRATORS], {
    method: "DELETE",
    key: state,
    query: "uploadId=u",
  }),
  sent("state: AbortMultipartUpload of another consumer's", ADMINISTRATORS, {
    method: "DELETE",
    key: neighbour,
    query: "uploadId=u",
  }),
  sent("state: GET of a version", ADMINISTRATORS, { method: "GET", key: state, query: "versionId=v" }),
  sent("bucket: list of versions", ADMINISTRATORS, { method: "GET", query: "versions" }),
  past("bucket: ListBucketMultipartUploads", ADMINISTRATORS, "s3:ListBucketMultipartUploads", {}, () => undefined),
  ...["app/", "app/terraform.tfstate2", "bootstrap/"].map((prefix) =>
    past(`bucket: list below ${prefix}`, ADMINISTRATORS, "s3:ListBucket", { "s3:prefix": prefix }, () => undefined),
  ),
  ...["DeleteObjectVersionTagging", "ObjectOwnerOverrideToBucketOwner", "PutObjectVersionTagging", "ReplicateTags"].map(
    (action) => past(`state: ${action}`, TRUSTED, `s3:${action}`),
  ),
  kms("key: DisableKeyRotation", ADMINISTRATORS, "kms:DisableKeyRotation"),
];

const ELSEWHERE = { "aws:SourceIp": "198.51.100.7" };
const THROUGH_ENDPOINT = {
  "aws:SourceIp": undefined,
  "aws:SourceVpce": NETWORK.vpcEndpoints[0],
  "aws:SourceVpc": "vpc-1f1f1f1f",
};
const THROUGH_VPC = { ...THROUGH_ENDPOINT, "aws:SourceVpce": "vpce-1f1f1f1f", "aws:SourceVpc": NETWORK.vpcs[0] };
const THROUGH_OTHERS = { ...THROUGH_ENDPOINT, "aws:SourceVpce": "vpce-1f1f1f1f" };

/** Requests by the network that they come from. The guard lets deployers and break-glass in from everywhere. */
const NETWORKS: readonly Row[] = [
  ...(
    [
      ["from another address", TRUSTED, ELSEWHERE],
      ["through another VPC's endpoint", TRUSTED, THROUGH_OTHERS],
      ["through the VPC endpoint", [...TERRAFORM, ...ADMINISTRATORS], THROUGH_ENDPOINT],
      ["through an endpoint of the VPC", [...TERRAFORM, ...ADMINISTRATORS], THROUGH_VPC],
      [
        "from another address, by an AWS service in somebody's name",
        [...TERRAFORM, ...ADMINISTRATORS],
        { ...ELSEWHERE, "aws:ViaAWSService": "true" },
      ],
    ] as const
  ).flatMap(([how, passes, context]) => [
    past(`state: GetObject ${how}`, passes, "s3:GetObject", context),
    past(`state: PutObject ${how}`, passes, "s3:PutObject", context),
    past(`lock: PutObject with If-None-Match: * ${how}`, passes, "s3:PutObject", { ...TAKEN, ...context }, lock),
  ]),
  ...["ListBucket", "GetBucketPolicy", "PutBucketPolicy"].map((action) =>
    past(`bucket: ${action} from another address`, TRUSTED, `s3:${action}`, ELSEWHERE, () => undefined),
  ),
];

/** What the role of many accounts can do: below the ID of its own account, as an applier. */
const ACCOUNTS: readonly Row[] = [
  ...(
    [
      ["its own account", `${MEMBER}/app/terraform.tfstate`, ["member"]],
      ["another account", "444444444444/app/terraform.tfstate", []],
      ["an ID that continues its own", `${MEMBER}3/app/terraform.tfstate`, []],
    ] as const
  ).flatMap(([whose, key, members]) => {
    const at = (): string => key;
    const lockAt = (): string => `${key}.tflock`;
    return [
      past(`below the ID of ${whose}: GetObject`, [...ADMINISTRATORS, ...members], "s3:GetObject", {}, at),
      past(`below the ID of ${whose}: PutObject`, [...ADMINISTRATORS, ...members], "s3:PutObject", {}, at),
      past(`below the ID of ${whose}: DeleteObject`, ["break-glass"], "s3:DeleteObject", {}, at),
      past(`below the ID of ${whose}: DeleteObjectVersion`, TRUSTED, "s3:DeleteObjectVersion", {}, at),
      past(`below the ID of ${whose}: take the lock`, [...ADMINISTRATORS, ...members], "s3:PutObject", TAKEN, lockAt),
      past(`below the ID of ${whose}: overwrite the lock`, [], "s3:PutObject", {}, lockAt),
      past(
        `below the ID of ${whose}: release the lock`,
        ["administrator", "deployer", ...members],
        "s3:DeleteObject",
        {},
        lockAt,
      ),
      past(
        `below the ID of ${whose}: list`,
        [...ADMINISTRATORS, ...members],
        "s3:ListBucket",
        { "s3:prefix": key },
        () => undefined,
      ),
    ];
  }),
  past(
    "below the ID of its own account, from another unit: GetObject",
    ADMINISTRATORS,
    "s3:GetObject",
    { "aws:PrincipalOrgPaths": [`${ORGANIZATION}/r-ab12/ou-ab12-33333333/`] },
    () => `${MEMBER}/app/terraform.tfstate`,
  ),
  past(
    "below the ID of its own account, outside of every organization: GetObject",
    ADMINISTRATORS,
    "s3:GetObject",
    { "aws:PrincipalOrgPaths": undefined, "aws:PrincipalOrgID": undefined },
    () => `${MEMBER}/app/terraform.tfstate`,
  ),
];

/** What break-glass can do without the MFA that the guard requires: a session without it, and a user's own access key. */
const WITHOUT_MFA: readonly Row[] = (
  [
    ["without MFA", "false"],
    ["with an access key", undefined],
  ] as const
).flatMap(([how, present]) => {
  const session = { "aws:MultiFactorAuthPresent": present };
  const ofBucket = (action: string, passes: readonly Actor[]): Row =>
    past(`bucket: ${action}, break-glass ${how}`, passes, `s3:${action}`, session, () => undefined);
  return [
    past(`state: GetObject, break-glass ${how}`, [...TERRAFORM, "administrator", "deployer"], "s3:GetObject", session),
    past(`state: DeleteObject, break-glass ${how}`, [], "s3:DeleteObject", session),
    past(`state: DeleteObjectVersion, break-glass ${how}`, ["deployer"], "s3:DeleteObjectVersion", {
      ...session,
      "s3:versionid": "v",
    }),
    ofBucket("PutBucketPolicy", ["deployer"]),
    ofBucket("PutBucketVersioning", ["deployer"]),
    ...["DisableKey", "ScheduleKeyDeletion"].map((action) =>
      kms(`key: ${action}, break-glass ${how}`, [], `kms:${action}`, undefined, 365, session),
    ),
  ];
});

export const ROWS: readonly Row[] = [
  sent("lock: PUT without If-None-Match", [], { method: "PUT", key: lock }),
  sent("lock: PUT with If-Match", [], { method: "PUT", key: lock, headers: () => ({ "if-match": '"e"' }) }),
  sent("lock: PUT with If-None-Match, answered 412 while it is held", [...TERRAFORM, ...ADMINISTRATORS], {
    method: "PUT",
    key: lock,
    headers: () => ({ "if-none-match": "*" }),
  }),
  sent("lock: CopyObject onto it", [], {
    method: "PUT",
    key: lock,
    headers: (scenario) => ({ "x-amz-copy-source": `/${scenario.home.bucket.name}/${state(scenario)}` }),
  }),
  sent("lock: PUT with If-None-Match of an ETag", [], {
    method: "PUT",
    key: lock,
    headers: () => ({ "if-none-match": '"e"' }),
  }),
  sent("lock: CopyObject onto it, with If-None-Match", [], {
    method: "PUT",
    key: lock,
    headers: (scenario) => ({
      "if-none-match": "*",
      "x-amz-copy-source": `/${scenario.home.bucket.name}/${state(scenario)}`,
    }),
  }),
  sent("lock: PUT of a key that continues after the suffix", [], {
    method: "PUT",
    key: (scenario) => `${lock(scenario)}/x`,
    headers: () => ({ "if-none-match": "*" }),
  }),
  sent("lock: PUT in another storage class", [], {
    method: "PUT",
    key: lock,
    headers: () => ({ "if-none-match": "*", "x-amz-storage-class": "DEEP_ARCHIVE" }),
  }),
  past("lock: ReplicateObject", [], "s3:ReplicateObject", {}, lock),
  past("lock: ReplicateDelete", [], "s3:ReplicateDelete", {}, lock),
  sent("lock: CreateMultipartUpload", [], { method: "POST", key: lock, query: "uploads" }),
  sent("lock: CompleteMultipartUpload", [], { method: "POST", key: lock, query: "uploadId=u" }),
  sent("lock: browser form", [], { method: "POST", signed: "form" }),
  sent("lock: presigned PUT with If-None-Match", [], {
    method: "PUT",
    key: lock,
    signed: "query",
    headers: () => ({ "if-none-match": "*" }),
  }),
  sent("lock: DELETE without If-Match", [...TERRAFORM, "administrator", "deployer"], { method: "DELETE", key: lock }),
  sent("lock: DELETE with If-Match: *", [...TERRAFORM, "administrator", "deployer"], {
    method: "DELETE",
    key: lock,
    headers: () => ({ "if-match": "*" }),
  }),
  sent("lock: DELETE with a stale If-Match, answered 412", [...TERRAFORM, "unlocker", ...ADMINISTRATORS], {
    method: "DELETE",
    key: lock,
    headers: () => ({ "if-match": '"00000000000000000000000000000000"' }),
  }),
  sent("state: DELETE", ["break-glass"], { method: "DELETE", key: state }),
  sent("state: DELETE of a workspace's", ["workspace-admin", "break-glass"], { method: "DELETE", key: workspaceState }),
  sent("state: DELETE of another consumer's", ["break-glass"], { method: "DELETE", key: neighbour }),
  sent("state: DeleteObjects", ["break-glass"], {
    method: "POST",
    query: "delete",
    body: "<Delete><Object><Key>app/terraform.tfstate</Key></Object></Delete>",
  }),
  sent("state: DELETE of a version", TRUSTED, { method: "DELETE", key: state, query: "versionId=v" }),
  sent("lock: DELETE of a version", TRUSTED, { method: "DELETE", key: lock, query: "versionId=v" }),
  sent("state: DELETE of a version, past its retention", TRUSTED, {
    method: "DELETE",
    key: state,
    query: "versionId=v",
    headers: () => ({ "x-amz-bypass-governance-retention": "true" }),
  }),
  sent("state: DeleteObjects of versions", TRUSTED, {
    method: "POST",
    query: "delete",
    body: "<Delete><Object><Key>app/terraform.tfstate</Key><VersionId>v</VersionId></Object></Delete>",
  }),
  sent("state: presigned GET", [], { method: "GET", key: state, signed: "query" }),
  sent("bucket: presigned list", [], { method: "GET", query: "list-type=2", signed: "query" }),
  past("state: GET with Signature Version 2", [], "s3:GetObject", { "s3:signatureversion": "AWS" }),
  sent("state: GET without credentials", [], { method: "GET", key: state, signed: "header", headers: () => ANONYMOUS }),
  sent("state: GET of another consumer's", ADMINISTRATORS, { method: "GET", key: neighbour }),
  sent("bucket: list everything", ADMINISTRATORS, { method: "GET", query: "list-type=2" }),
  put("state: PUT without encryption header", [...TERRAFORM, ...ADMINISTRATORS], () => ({})),
  put("state: PUT with the bucket's key", [...TERRAFORM, ...ADMINISTRATORS], ({ keyArn }) => ({
    [SSE]: "aws:kms",
    [`${SSE}-aws-kms-key-id`]: keyArn,
  })),
  put("state: PUT with AES256", [], () => ({ [SSE]: "AES256" })),
  put("state: PUT with another key", [], () => ({ [SSE]: "aws:kms", [`${SSE}-aws-kms-key-id`]: FOREIGN_KEY_ARN })),
  put("state: PUT with aws:kms and no key", [], () => ({ [SSE]: "aws:kms" })),
  put("state: PUT in STANDARD", [...TERRAFORM, ...ADMINISTRATORS], () => ({ "x-amz-storage-class": "STANDARD" })),
  put("state: PUT in another storage class", [], () => ({ "x-amz-storage-class": "GLACIER" })),
  sent("bootstrap state: PUT with SSE-C", [], {
    method: "PUT",
    key: ({ home }) => home.bootstrap.key,
    headers: () => ({ [`${SSE}-customer-algorithm`]: "AES256" }),
  }),
  put("state: PUT with SSE-C", [], () => ({ [`${SSE}-customer-algorithm`]: "AES256" })),
  sent("state: CreateMultipartUpload with AES256", [], {
    method: "POST",
    key: state,
    query: "uploads",
    headers: () => ({ [SSE]: "AES256" }),
  }),
  sent("state: PUT of an ACL", TRUSTED, { method: "PUT", key: state, query: "acl" }),
  setting("bucket: versioning", "PUT", "versioning"),
  setting("bucket: encryption", "PUT", "encryption"),
  setting("bucket: no encryption", "DELETE", "encryption"),
  setting("bucket: lifecycle", "PUT", "lifecycle"),
  setting("bucket: no public access block", "DELETE", "publicAccessBlock"),
  setting("bucket: ownership", "PUT", "ownershipControls"),
  setting("bucket: ACL", "PUT", "acl"),
  setting("bucket: policy", "PUT", "policy"),
  setting("bucket: no policy", "DELETE", "policy"),
  setting("bucket: logging", "PUT", "logging"),
  setting("bucket: replication out", "PUT", "replication"),
  setting("bucket: CORS", "PUT", "cors"),
  setting("bucket: website", "PUT", "website"),
  setting("bucket: object lock", "PUT", "object-lock"),
  sent("bucket: DELETE", TRUSTED, { method: "DELETE" }),
  sent("plain HTTP: GET of a state", [], { method: "GET", key: state, secure: false }),
  sent("plain HTTP: list", [], { method: "GET", query: "list-type=2&prefix=app/terraform.tfstate", secure: false }),
  sent("TLS 1.1: GET of a state", [], { method: "GET", key: state, tlsVersion: "1.1" }),
  sent("TLS 1.1: list", [], { method: "GET", query: "list-type=2&prefix=app/terraform.tfstate", tlsVersion: "1.1" }),
  past("replication in: ReplicateObject", TRUSTED, "s3:ReplicateObject"),
  ...[
    "CreateBucketMetadataTableConfiguration",
    "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketPolicy",
    "PutAccelerateConfiguration",
    "PutAnalyticsConfiguration",
    "PutBucketAbac",
    "PutBucketNotification",
    "PutBucketRequestPayment",
    "PutBucketTagging",
    "PutIntelligentTieringConfiguration",
    "PutInventoryConfiguration",
    "PutMetricsConfiguration",
    "TagResource",
    "UntagResource",
    "UpdateBucketMetadataAnnotationTableConfiguration",
    "UpdateBucketMetadataInventoryTableConfiguration",
    "UpdateBucketMetadataJournalTableConfiguration",
  ].map((action) => past(`bucket: ${action}`, TRUSTED, `s3:${action}`, {}, () => undefined)),
  ...["PutObjectLegalHold", "PutObjectTagging", "DeleteObjectTagging", "RestoreObject"].map((action) =>
    past(`state: ${action}`, TRUSTED, `s3:${action}`),
  ),
  kms("key: Decrypt past S3", [], "kms:Decrypt", {}),
  kms("key: Decrypt through S3 in another region", [], "kms:Decrypt", { service: "s3.eu-west-1.amazonaws.com" }),
  kms("key: Decrypt through S3 for another bucket", [], "kms:Decrypt", {
    service: `s3.${REGION}.amazonaws.com`,
    bucket: "another",
  }),
  kms("key: ScheduleKeyDeletion", ["break-glass"], "kms:ScheduleKeyDeletion"),
  kms("key: ScheduleKeyDeletion, used yesterday", [], "kms:ScheduleKeyDeletion", undefined, 1),
  kms("key: ScheduleKeyDeletion, unused for a year", ["break-glass"], "kms:ScheduleKeyDeletion", undefined, 365),
  kms("key: DisableKey", ["break-glass"], "kms:DisableKey"),
  kms("key: ReplicateKey", ["break-glass"], "kms:ReplicateKey"),
  kms("key: UpdateAlias", ["break-glass"], "kms:UpdateAlias"),
  kms("key: DeleteAlias", ["break-glass"], "kms:DeleteAlias"),
  kms("key: CreateGrant", ["break-glass"], "kms:CreateGrant"),
  kms("key: PutKeyPolicy", ADMINISTRATORS, "kms:PutKeyPolicy"),
  ...["Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom"].map((action) =>
    kms(`key: ${action} past S3`, [], `kms:${action}`, {}),
  ),
  ...MATRIX,
  ...SIDE_DOORS,
  ...NETWORKS,
  ...WITHOUT_MFA,
  ...ACCOUNTS,
  ...ACCESS_POINTS,
  ...OTHER_DOORS,
];

const ANONYMOUS = { "x-test-anonymous": "true" };

/** The request as it goes over the wire. */
export function rawRequest({ request }: Row, scenario: Scenario, accessKeyId: string): RawRequest {
  const {
    method = "GET",
    key,
    query = "",
    headers,
    body = "",
    signed = "header",
    secure = true,
    tlsVersion,
  } = request ?? {};
  const credential = `${accessKeyId}/20260101/${REGION}/s3/aws4_request`;
  const path = `/${scenario.home.bucket.name}${key === undefined ? "" : `/${key(scenario).split("/").map(encodeURIComponent).join("/")}`}`;
  const presigned = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(credential)}&X-Amz-Signature=none`;
  const parameters = [query, ...(signed === "query" ? [presigned] : [])].filter((part) => part !== "").join("&");
  const { "x-test-anonymous": anonymous, ...given } = headers?.(scenario) ?? {};
  const bySignature = signed === "header" && anonymous === undefined;
  const form = [
    ["key", lock(scenario)],
    ["x-amz-credential", credential],
    ["file", "x"],
  ].map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name ?? ""}"\r\n\r\n${value ?? ""}\r\n`);
  return {
    method,
    target: parameters === "" ? path : `${path}?${parameters}`,
    headers: {
      ...(signed === "form" ? { "content-type": "multipart/form-data; boundary=b" } : {}),
      ...(bySignature
        ? { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none` }
        : {}),
      ...given,
    },
    body: Buffer.from(signed === "form" ? `${form.join("")}--b--\r\n` : body),
    secure,
    ...(tlsVersion !== undefined && { tlsVersion }),
  };
}

/** Changes what the gate would ask: a planted fault. */
export type Distort = (asked: Asked) => Asked | undefined;

/** What the policies say of a row, without sending anything. */
export async function simulated(
  row: Row,
  actor: Actor | AccessLevel,
  scenario: Scenario,
  world: GateWorld,
  distort: Distort = (asked) => asked,
  principal: GatePrincipal = principalOf(actor, scenario),
): Promise<boolean> {
  const [policy] = principal.policies;
  if (policy === undefined) throw new Error(`${actor} has no policy`);
  const who = { arn: principal.arn, policy };
  for (const asked of questions(row, principal, scenario, world)) {
    const distorted = distort(asked);
    if (distorted !== undefined && !(await allowed(distorted, who, world))) return false;
  }
  return true;
}

function questions(row: Row, principal: GatePrincipal, scenario: Scenario, world: GateWorld): Asked[] {
  if (row.simulate !== undefined)
    return row.simulate(scenario).map((question) => {
      const context = present({
        ...principalContext(principal),
        ...(question.action.startsWith("s3:")
          ? { ...world.network, "aws:ResourceAccount": question.account, "aws:SecureTransport": "true" }
          : {}),
        ...question.context,
      });
      const asked = { question: { ...question, principal: principal.arn, context } };
      // An access point has no policy here.
      if (question.resource.includes(":accesspoint/")) return asked;
      const bucket = question.account === SNIPER ? SNIPED : scenario.home.bucket.name;
      return { ...asked, policyOf: question.action.startsWith("kms:") ? `key:${scenario.keyArn}` : `bucket:${bucket}` };
    });
  const principals = new Map(world.principals).set("actor", principal);
  const asked = questionsOf(
    parseAwsRequest(rawRequest(row, scenario, "actor")),
    { ...world, principals },
    new EncryptionLedger(),
  );
  return asked;
}
