import { locksInDynamoDb, locksInS3, type AccessLevel } from "./access-level";
import { s3Arn } from "./arn";
import { oneOrMany, policyDocument, type Condition, type PolicyDocument, type Statement } from "./policy-document";
import { dynamoDbStatements } from "./dynamodb-access";
import { kmsKeyReference, type KmsKey } from "./kms-key";
import { exactlyTags, type ObjectTags } from "./object-tags";
import { s3ViaService } from "./partition";
import { stateKeys, type StateKeys } from "../state/state-keys";
import type { StateScope } from "./state-scope";

/** The account of the bucket that a request is about. */
export const RESOURCE_ACCOUNT = "aws:ResourceAccount";

/** `*` if the request writes only where there is no object. Terraform takes a lock so. */
export const IF_NONE_MATCH = "s3:if-none-match";

/**
 * Returns the identity policy of one access level on one consumer's state: the smallest that Terraform 1.11 and later can
 * work with.
 * The requests behind every statement are in docs/reference/policies.md.
 * @example
 * const policy = stateAccessPolicy({ ...scope, workspaceKeyPrefix: "network/workspaces" }, "workspace-admin");
 */
export function stateAccessPolicy(scope: StateScope, level: AccessLevel): PolicyDocument {
  const keys = stateKeys(scope.key, scope.workspaceKeyPrefix);
  return policyDocument([
    ...listStatements(scope, level, keys),
    ...(level === "unlocker" ? [] : readStatements(scope, keys)),
    ...(level === "applier" || level === "workspace-admin" ? writeStatements(scope, keys) : []),
    ...(level === "workspace-admin" ? deleteWorkspaceStatements(scope, keys) : []),
    ...(locksInS3(scope.locking) ? lockStatements(scope, level, keys) : []),
    ...tagStatements(scope, level, keys),
    ...kmsStatements(scope, level),
    ...engineKeyStatements(scope, level),
    ...(locksInDynamoDb(scope.locking) ? dynamoDbStatements(scope, level, keys) : []),
  ]);
}

/**
 * With `s3:prefix` = the key, S3 answers HEAD of a missing state with 404 instead of 403. `init` needs that before the
 * first apply, although it sends no List request. Terraform lists `<workspace key prefix>/` to find workspaces, and
 * fails on a denial unless the prefix is the default `env:`. Only `workspace new` looks for a state that does not exist.
 */
function listStatements(scope: StateScope, level: AccessLevel, keys: StateKeys): Statement[] {
  const prefixes = [
    ...(level === "unlocker" ? [] : [scope.key]),
    ...(keys.workspaceList === undefined ? [] : [keys.workspaceList]),
  ];
  const missing = level === "workspace-admin" && keys.workspaceStates !== undefined ? [keys.workspaceStates] : [];
  if (prefixes.length === 0) return [];
  return [
    {
      Sid: "ListState",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: s3Arn(scope.partition, scope.bucket),
      Condition: ofAccount(scope, {
        [missing.length > 0 ? "StringLike" : "StringEquals"]: { "s3:prefix": oneOrMany([...prefixes, ...missing]) },
      }),
    },
  ];
}

/**
 * Limits a statement to the bucket's own account. Somebody who gets the bucket's name, in a region where it is free or after
 * somebody deleted the bucket, would otherwise get the next state with all its secrets.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
 */
function ofAccount({ account }: StateScope, { StringEquals, ...others }: Condition = {}): Condition {
  return { StringEquals: { [RESOURCE_ACCOUNT]: account, ...StringEquals }, ...others };
}

/** HeadObject and GetObject, for every command. */
function readStatements(scope: StateScope, keys: StateKeys): Statement[] {
  return [objectStatement(scope, "ReadState", ["s3:GetObject"], keys.states)];
}

/** For apply, destroy, import, state push and similar. Terraform uploads a state over 5 MiB in parts, and aborts if one fails. */
function writeStatements(scope: StateScope, keys: StateKeys): Statement[] {
  return [objectStatement(scope, "WriteState", ["s3:PutObject", "s3:AbortMultipartUpload"], keys.states)];
}

/** For workspace delete, the only Terraform command that deletes a state. It never deletes the default workspace's. */
function deleteWorkspaceStatements(scope: StateScope, keys: StateKeys): Statement[] {
  return keys.workspaceStates === undefined
    ? []
    : [objectStatement(scope, "DeleteWorkspaceState", ["s3:DeleteObject"], [keys.workspaceStates])];
}

/**
 * Terraform takes the lock with `If-None-Match: *`, reads it to compare IDs, and deletes it. Without GetObject or
 * DeleteObject, Terraform does its work and leaves the lock. The condition protects a lock from being overwritten even
 * without the guard.
 */
function lockStatements(scope: StateScope, level: AccessLevel, keys: StateKeys): Statement[] {
  if (level === "reader") return [];
  const release = objectStatement(scope, "ReleaseLock", ["s3:GetObject", "s3:DeleteObject"], keys.locks);
  if (level === "unlocker") return [release];
  const take = objectStatement(scope, "TakeLock", ["s3:PutObject"], keys.locks);
  return [{ ...take, Condition: ofAccount(scope, { StringEquals: { [IF_NONE_MATCH]: "*" } }) }, release];
}

/**
 * OpenTofu sends `state_tags` and `lock_tags` with the object (`x-amz-tagging`), and S3 asks for PutObjectTagging besides
 * PutObject. The grant is for exactly these tags: with the tags of a lock, a lifecycle rule would trim a state's history.
 * Source: opentofu/opentofu, internal/backend/remote-state/s3/client.go, `configurePutObjectTags`
 */
function tagStatements(scope: StateScope, level: AccessLevel, keys: StateKeys): Statement[] {
  const writes = level === "applier" || level === "workspace-admin";
  const locks = locksInS3(scope.locking) && (writes || level === "planner");
  const statement = (sid: string, tags: ObjectTags | "any" | undefined, of: readonly string[]): Statement[] => {
    if (tags === undefined) return [];
    const condition = ofAccount(scope, tags === "any" ? {} : exactlyTags(tags));
    return [{ ...objectStatement(scope, sid, ["s3:PutObjectTagging"], of), Condition: condition }];
  };
  return [
    ...(writes ? statement("TagState", scope.stateTags, keys.states) : []),
    ...(locks ? statement("TagLock", scope.lockTags, keys.locks) : []),
  ];
}

/**
 * S3 calls KMS for the caller: Decrypt to read, GenerateDataKey to write. A multipart upload needs both. A retired key
 * is only read with.
 */
function kmsStatements(scope: StateScope, level: AccessLevel): Statement[] {
  const reads = level !== "unlocker" || locksInS3(scope.locking);
  const writes =
    level === "applier" || level === "workspace-admin" || (level === "planner" && locksInS3(scope.locking));
  if (!reads) return [];
  const actions = writes ? ["kms:Decrypt", "kms:GenerateDataKey"] : "kms:Decrypt";
  return [
    ...keyStatement(scope, "UseKeyThroughS3", actions, scope.kmsKey),
    ...keyStatement(scope, "ReadWithRetiredKey", "kms:Decrypt", scope.retiredKey),
  ];
}

/**
 * OpenTofu with `key_provider "aws_kms"` makes a data key in every run, also in `init` and `plan`, and decrypts the data key of
 * the state that it reads. It calls KMS itself, so `kms:ViaService` must not be asked for.
 * Source: opentofu/opentofu, internal/encryption/keyprovider/aws_kms/provider.go
 */
function engineKeyStatements({ encryptionKey, partition, region }: StateScope, level: AccessLevel): Statement[] {
  if (encryptionKey === undefined || level === "unlocker") return [];
  const { resource, condition } = kmsKeyReference(encryptionKey, partition, region);
  return [
    {
      Sid: "EncryptWithKey",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: resource,
      ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
    },
  ];
}

function keyStatement(
  scope: StateScope,
  sid: string,
  actions: Statement["Action"],
  of: KmsKey | undefined,
): Statement[] {
  if (of === undefined) return [];
  const key = kmsKeyReference(of, scope.partition, scope.region);
  return [
    {
      Sid: sid,
      Effect: "Allow",
      Action: actions,
      Resource: key.resource,
      Condition: { StringEquals: { "kms:ViaService": oneOrMany(s3ViaService(scope.region)) }, ...key.condition },
    },
  ];
}

function objectStatement(scope: StateScope, sid: string, actions: string[], keys: readonly string[]): Statement {
  const resources = keys.map((key) => s3Arn(scope.partition, scope.bucket, key));
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: oneOrMany(resources), Condition: ofAccount(scope) };
}
