import { papersOf } from "../../lib/home/papers";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  EntityAlreadyExistsException,
  IAMClient,
} from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, EnableKeyRotationCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type LifecycleRule,
} from "@aws-sdk/client-s3";
import type { StateHome } from "../../lib/config/state-home";
import { buildInventory } from "../../lib/artifacts/build-inventory";
import { IAM_PATH } from "../../lib/config/made-roles";
import { roleName } from "../../lib/policy/arn";
import { digestItemId } from "../../lib/lock/lock-table";
import { compactPolicyJson, type PolicyDocument } from "../../lib/policy/policy-document";
import { logDeliveryPolicy } from "../../lib/policy/log-delivery-policy";
import { legacyTable } from "./steps/legacy-table";
import { home, IN_BUCKET, keyPolicyOf, role } from "./home";

export const BUCKET = "acme-tfstate";
export const REGION = "us-east-1";
export const STATE = "app/terraform.tfstate";
/** The state of workspace `dev`. */
export const DEV_STATE = `app/ws/dev/${STATE}`;
export const TABLE = "acme-locks";
const LOGS = "acme-logs";

export const HOME = home(
  {
    bucket: { name: BUCKET, region: REGION, encryption: { type: "created-key" }, accessLogs: { bucket: LOGS } },
    consumers: [
      {
        ...{ name: "app", key: STATE, workspaceKeyPrefix: "app/ws", access: { reader: [role("reader")] } },
        roles: { planner: { trust: { type: "principals", principals: [role("ci")] } } },
      },
    ],
    legacyTable: TABLE,
  },
  IN_BUCKET,
);
export const GUARD = papersOf(HOME).guard;
const INVENTORY = buildInventory(papersOf(HOME));
export const KEY_POLICY = keyPolicyOf(HOME);
export const HISTORY_RULE: LifecycleRule = {
  ID: "trim-history",
  Status: "Enabled",
  Filter: { Prefix: "" },
  NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 100 },
};

/** A bucket that is as a home says, {@link INVENTORY}'s unless told, made by the API, and its settings to be changed. */
export class GoodBucket {
  readonly s3: S3Client;
  readonly kms: KMSClient;
  readonly iam: IAMClient;
  readonly dynamoDb: DynamoDBClient;
  keyArn = "";

  /** @param client settings of the SDK's clients */
  constructor(
    private readonly of: StateHome = HOME,
    client: object = {},
  ) {
    this.s3 = new S3Client(client);
    this.kms = new KMSClient(client);
    this.iam = new IAMClient(client);
    this.dynamoDb = new DynamoDBClient(client);
  }

  get keyId(): string {
    return this.keyArn.slice(this.keyArn.lastIndexOf("/") + 1);
  }

  async make(): Promise<void> {
    if (this.of.bucket.encryption.type === "created-key") await this.makeKey();
    for (const Bucket of [BUCKET, LOGS]) await this.s3.send(new CreateBucketCommand({ Bucket }));
    const delivery = logDeliveryPolicy({
      ...INVENTORY.bucket,
      bucket: BUCKET,
      logBucket: LOGS,
      changers: [],
      breakGlass: [],
    });
    await this.s3.send(new PutBucketPolicyCommand({ Bucket: LOGS, Policy: compactPolicyJson(delivery) }));
    await this.versioning("Enabled");
    await this.encryptWith(this.keyArn === "" ? undefined : this.keyArn);
    const flags = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    await this.s3.send(new PutPublicAccessBlockCommand({ Bucket: BUCKET, PublicAccessBlockConfiguration: flags }));
    await this.own("BucketOwnerEnforced");
    await this.policy(papersOf(this.of).guard);
    await this.lifecycle([HISTORY_RULE]);
    await this.logTo(this.of.bucket.accessLogs?.prefix);
    await this.grant();
    await legacyTable(this.dynamoDb, TABLE);
    await this.put(this.of.bootstrap.key, "{}");
    await this.put(STATE, '{"outputs":{"password":{"value":"CANARY-SECRET"}}}');
    await this.put(STATE, '{"outputs":{"password":{"value":"CANARY-SECRET-2"}}}');
    await this.put(DEV_STATE, '{"outputs":{"password":{"value":"CANARY-SECRET-3"}}}');
  }

  /** The managed policies, the created roles, and the attachments. */
  private async grant(): Promise<void> {
    for (const { consumer, managed } of papersOf(this.of).consumers) {
      for (const { name, arn, trust } of consumer.madeRoles) await this.role(arn, name, compactPolicyJson(trust));
      for (const { name, document, roles } of managed) {
        const made = { PolicyName: name, Path: IAM_PATH, PolicyDocument: compactPolicyJson(document) };
        const { Policy } = await this.iam.send(new CreatePolicyCommand(made));
        for (const arn of roles) {
          await this.role(arn, roleName(arn), "{}");
          await this.iam.send(new AttachRolePolicyCommand({ RoleName: roleName(arn), PolicyArn: Policy?.Arn }));
        }
      }
    }
  }

  private async role(arn: string, RoleName: string, AssumeRolePolicyDocument: string): Promise<void> {
    const Path = arn.slice(arn.indexOf("/"), arn.lastIndexOf("/") + 1);
    await this.iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument })).catch((error: unknown) => {
      if (!(error instanceof EntityAlreadyExistsException)) throw error;
    });
  }

  private async makeKey(): Promise<void> {
    const created = await this.kms.send(new CreateKeyCommand({ Policy: compactPolicyJson(keyPolicyOf(this.of)) }));
    this.keyArn = created.KeyMetadata?.Arn ?? "";
    const { alias: AliasName } = INVENTORY.bucket.encryption;
    await this.kms.send(new EnableKeyRotationCommand({ KeyId: this.keyId }));
    await this.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: this.keyId }));
  }

  async versioning(Status: "Enabled" | "Suspended"): Promise<void> {
    await this.s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status } }));
  }

  async own(ObjectOwnership: "BucketOwnerEnforced" | "ObjectWriter"): Promise<void> {
    const OwnershipControls = { Rules: [{ ObjectOwnership }] };
    await this.s3.send(new PutBucketOwnershipControlsCommand({ Bucket: BUCKET, OwnershipControls }));
  }

  async policy(document: PolicyDocument): Promise<void> {
    await this.s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: compactPolicyJson(document) }));
  }

  async lifecycle(Rules: LifecycleRule[]): Promise<void> {
    const LifecycleConfiguration = { Rules };
    await this.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: BUCKET, LifecycleConfiguration }));
  }

  async logTo(TargetPrefix: string | undefined): Promise<void> {
    const to = TargetPrefix === undefined ? {} : { LoggingEnabled: { TargetBucket: LOGS, TargetPrefix } };
    await this.s3.send(new PutBucketLoggingCommand({ Bucket: BUCKET, BucketLoggingStatus: to }));
  }

  async tellEventBridge(told: boolean): Promise<void> {
    const NotificationConfiguration = told ? { EventBridgeConfiguration: {} } : {};
    await this.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: BUCKET, NotificationConfiguration }));
  }

  /** A digest as a client with `dynamodb_table` leaves it. */
  async digest(stateKey: string): Promise<void> {
    const Item = { LockID: { S: digestItemId(BUCKET, stateKey) }, Digest: { S: "0".repeat(32) } };
    await this.dynamoDb.send(new PutItemCommand({ TableName: TABLE, Item }));
  }

  async put(Key: string, Body: string, more: object = {}): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));
  }

  async remove(Key: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
  }

  /** An object's text. */
  async text(Key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return (await Body?.transformToString()) ?? "";
  }

  async encryptWith(KMSMasterKeyID: string | undefined, BucketKeyEnabled = true): Promise<void> {
    const ApplyServerSideEncryptionByDefault =
      KMSMasterKeyID === undefined
        ? ({ SSEAlgorithm: "AES256" } as const)
        : ({ SSEAlgorithm: "aws:kms", KMSMasterKeyID } as const);
    const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled }] };
    await this.s3.send(new PutBucketEncryptionCommand({ Bucket: BUCKET, ServerSideEncryptionConfiguration }));
  }

  close(): void {
    this.s3.destroy();
    this.kms.destroy();
    this.iam.destroy();
    this.dynamoDb.destroy();
  }
}

/** The document with its last statement changed. */
export function changed(document: PolicyDocument, change: object): PolicyDocument {
  const last = document.Statement.length - 1;
  const Statement = document.Statement.map((statement, at) => (at === last ? { ...statement, ...change } : statement));
  return { ...document, Statement };
}

/** The document with a statement that nobody synthesized. */
export function withForeign(document: PolicyDocument): PolicyDocument {
  const foreign = { Sid: "Backdoor", Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" } as const;
  return { ...document, Statement: [...document.Statement, foreign] };
}
