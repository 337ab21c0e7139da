import { s3Arn } from "../../lib/policy/arn";
import { partitionOrDefault } from "../../lib/policy/partition";
import type { AwsRequest } from "../requests/aws-request";
import type { EncryptionLedger } from "./encryption-ledger";
import type { Policies, Question } from "./evaluator";
import { formField, s3Questions, type S3Question } from "./s3-questions";
import { Unmapped, type GateBucket, type GatePrincipal, type GateWorld } from "./world";

/** A question, and which resource policy has a say in it. */
export interface Asked {
  readonly question: Question;
  /** `bucket:<name>` or `key:<ARN>`; undefined: none. */
  readonly policyOf?: string;
}

/** Everything that AWS asks IAM before it does what a request says. @throws Unmapped where the gate does not know */
export function questionsOf(request: AwsRequest, world: GateWorld, ledger: EncryptionLedger): Asked[] {
  const principal = principalOf(request, world);
  switch (request.service) {
    case "sts":
      // Needs no permission, whatever policies say. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
      if (request.operation === "GetCallerIdentity") return [];
      throw new Unmapped(`STS operation ${request.operation}`);
    case "iam":
      return [principalQuestion(request, principal)];
    case "kms":
      return [keyQuestion(request, principal, world)];
    case "dynamodb":
      return [tableQuestion(request, principal, world)];
    case "s3": {
      const bucket = bucketOf(request.bucket, world);
      const ofS3 = s3Questions(request).map((asked) => s3Question(asked, request, principal, world));
      const ofKms = ledger.uses(request, bucket).map((use) => kmsQuestion(use, request, bucket, principal, world));
      return [...ofS3, ...ofKms];
    }
    default:
      throw new Unmapped(`service ${request.service}`);
  }
}

/** S3 says that an object is missing only to those who may list it; what it asks then. */
export function existenceQuestion(request: AwsRequest, world: GateWorld): Asked {
  const { key = "" } = request;
  const asked: S3Question = { action: "s3:ListBucket", context: { "s3:prefix": key } };
  return s3Question(asked, request, principalOf(request, world), world);
}

/** The policies that have a say. */
export function policiesFor({ policyOf }: Asked, principal: GatePrincipal | undefined, world: GateWorld): Policies {
  const [kind, name = ""] =
    policyOf === undefined ? [] : [policyOf.slice(0, policyOf.indexOf(":")), policyOf.slice(policyOf.indexOf(":") + 1)];
  const resource =
    kind === "bucket" ? world.buckets.get(name)?.policy : kind === "key" ? world.keys.get(name)?.policy : undefined;
  return { identity: principal?.policies ?? [], resource };
}

/** Undefined: nobody signed. */
export function principalOf(request: AwsRequest, world: GateWorld): GatePrincipal | undefined {
  const formKey = request.operation === "PostObject" ? formField(request, "x-amz-credential").split("/")[0] : "";
  const accessKeyId = request.accessKeyId ?? (formKey === "" ? undefined : formKey);
  if (accessKeyId === undefined) return undefined;
  const principal = world.principals.get(accessKeyId);
  if (principal === undefined) throw new Unmapped(`access key ${accessKeyId}`);
  return principal;
}

function s3Question(
  asked: S3Question,
  request: AwsRequest,
  principal: GatePrincipal | undefined,
  world: GateWorld,
): Asked {
  const bucket = bucketOf(asked.bucket ?? request.bucket, world);
  const context = {
    ...principalContext(principal),
    ...world.network,
    ...(request.secure ? { "s3:TlsVersion": request.tlsVersion ?? "1.3" } : {}),
    "aws:SecureTransport": String(request.secure),
    "aws:ResourceAccount": bucket.account,
    ...(principal === undefined ? {} : { "s3:authType": authType(request), "s3:signatureversion": "AWS4-HMAC-SHA256" }),
    ...asked.context,
  };
  const resource = s3Arn(partitionOrDefault(bucket.region), bucket.name, asked.key);
  return {
    question: { principal: principal?.arn, action: asked.action, resource, account: bucket.account, context },
    policyOf: `bucket:${bucket.name}`,
  };
}

function kmsQuestion(
  { action, keyArn }: { readonly action: string; readonly keyArn: string },
  request: AwsRequest,
  bucket: GateBucket,
  principal: GatePrincipal | undefined,
  world: GateWorld,
): Asked {
  const key = world.keys.get(keyArn);
  if (key === undefined) throw new Unmapped(`KMS key ${keyArn}`);
  const object = key.bucketKey ? undefined : request.key;
  const context = {
    ...principalContext(principal),
    "kms:ViaService": `s3.${bucket.region}.amazonaws.com`,
    "kms:EncryptionContext:aws:s3:arn": s3Arn(partitionOrDefault(bucket.region), bucket.name, object),
    ...(key.alias === undefined ? {} : { "kms:ResourceAliases": [key.alias] }),
  };
  const account = keyArn.split(":")[4] ?? "";
  return {
    question: { principal: principal?.arn, action, resource: keyArn, account, context },
    policyOf: `key:${keyArn}`,
  };
}

/** What is asked of KMS itself. Aliases are listed for the account: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html */
function keyQuestion(request: AwsRequest, principal: GatePrincipal | undefined, world: GateWorld): Asked {
  const { KeyId } = JSON.parse(request.body.toString("utf8")) as { readonly KeyId: string };
  const key = [...world.keys.values()].find(({ arn, alias }) => [arn, arn.split("/")[1], alias].includes(KeyId));
  if (key === undefined || !KEY_READS.includes(request.operation))
    throw new Unmapped(`KMS operation ${request.operation} on ${KeyId}`);
  const isOfAccount = request.operation === "ListAliases";
  const account = key.arn.split(":")[4] ?? "";
  const resource = isOfAccount ? "*" : key.arn;
  const question = { principal: principal?.arn, action: `kms:${request.operation}`, resource, account };
  return {
    question: { ...question, context: principalContext(principal) },
    ...(isOfAccount ? {} : { policyOf: `key:${key.arn}` }),
  };
}

/** What is asked of IAM itself: who a role or a user is, and what a managed policy says and who has it. */
function principalQuestion({ operation, body }: AwsRequest, principal: GatePrincipal | undefined): Asked {
  const account = principal?.arn.split(":")[4] ?? "";
  const resource = iamResource(operation, new URLSearchParams(body.toString("utf8")), account);
  if (resource === undefined) throw new Unmapped(`IAM operation ${operation}`);
  const question = { principal: principal?.arn, action: `iam:${operation}`, resource, account };
  return { question: { ...question, context: principalContext(principal) } };
}

const POLICY_READS = ["GetPolicy", "GetPolicyVersion", "ListEntitiesForPolicy"];

function iamResource(operation: string, form: URLSearchParams, account: string): string | undefined {
  if (POLICY_READS.includes(operation)) return form.get("PolicyArn") ?? undefined;
  const [kind, name] = [/^Get(Role|User)$/.exec(operation)?.[1], form.get("RoleName") ?? form.get("UserName")];
  return kind === undefined || name === null ? undefined : `arn:aws:iam::${account}:${kind.toLowerCase()}/${name}`;
}

const KEY_READS = ["DescribeKey", "ListAliases", "GetKeyRotationStatus", "GetKeyPolicy"];

/** Every item of the legacy table has one key, LockID. */
function tableQuestion(request: AwsRequest, principal: GatePrincipal | undefined, world: GateWorld): Asked {
  if (!["GetItem", "PutItem", "DeleteItem"].includes(request.operation))
    throw new Unmapped(`DynamoDB operation ${request.operation}`);
  const body = JSON.parse(request.body.toString("utf8")) as {
    readonly TableName: string;
    readonly Key?: { readonly LockID: { readonly S: string } };
    readonly Item?: { readonly LockID: { readonly S: string } };
  };
  const item = (body.Key ?? body.Item)?.LockID.S;
  if (item === undefined) throw new Unmapped(`DynamoDB ${request.operation} without a LockID`);
  const { region, account } = world.tables;
  return {
    question: {
      principal: principal?.arn,
      action: `dynamodb:${request.operation}`,
      resource: body.TableName.startsWith("arn:")
        ? body.TableName
        : `arn:aws:dynamodb:${region}:${account}:table/${body.TableName}`,
      account,
      context: { ...principalContext(principal), "dynamodb:LeadingKeys": [item] },
    },
  };
}

/** What AWS knows of who asks. */
export function principalContext(principal: GatePrincipal | undefined): Record<string, string | string[]> {
  if (principal === undefined) return { "aws:PrincipalIsAWSService": "false" };
  return {
    "aws:PrincipalArn": principal.arn,
    "aws:PrincipalAccount": principal.arn.split(":")[4] ?? "",
    "aws:PrincipalIsAWSService": "false",
    ...(principal.organization === undefined ? {} : { "aws:PrincipalOrgID": principal.organization }),
    ...(principal.organizationPaths === undefined ? {} : { "aws:PrincipalOrgPaths": [...principal.organizationPaths] }),
    ...(principal.mfa === undefined ? {} : { "aws:MultiFactorAuthPresent": String(principal.mfa) }),
  };
}

function authType({ operation, query }: AwsRequest): string {
  if (operation === "PostObject") return "POST";
  return query["X-Amz-Signature"] === undefined ? "REST-HEADER" : "REST-QUERY-STRING";
}

function bucketOf(name: string | undefined, world: GateWorld): GateBucket {
  const bucket = name === undefined ? undefined : world.buckets.get(name);
  if (bucket === undefined) throw new Unmapped(`bucket ${String(name)}`);
  return bucket;
}
