import { GetPolicyCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { GetBucketLoggingCommand, GetBucketNotificationConfigurationCommand } from "@aws-sdk/client-s3";
import { UserError } from "../problem/problem";
import type { Posture } from "../verify/posture";
import { present } from "./present";
import { principalArn } from "./principal-arn";
import { readPosture } from "./read-posture";
import { bucketExists } from "./bucket-exists";
import { bucketArguments, iamClient, kmsClient, s3Client, type BucketPlace } from "./connect";

/** The bucket, with the account and partition that name other resources. */
type Home = BucketPlace & { readonly account: string; readonly partition: string };

type Values = Readonly<Record<string, unknown>>;

/** Bucket settings that the posture contains. */
const SETTINGS: Readonly<Record<string, keyof Posture>> = {
  aws_s3_bucket_versioning: "versioning",
  aws_s3_bucket_server_side_encryption_configuration: "encryption",
  aws_s3_bucket_public_access_block: "publicAccess",
  aws_s3_bucket_ownership_controls: "ownership",
  aws_s3_bucket_policy: "guard",
  aws_s3_bucket_lifecycle_configuration: "lifecycle",
};

/** Returns the import ID of a resource with these planned values; undefined if it does not exist yet. */
export async function existingResource(home: Home, type: string, values: Values): Promise<string | undefined> {
  const bucket = { ...home, name: text(values["bucket"]) ?? "" };
  const setting = Object.hasOwn(SETTINGS, type) ? SETTINGS[type] : undefined;
  if (setting !== undefined) return bucket.name === "" ? undefined : existingSetting(bucket, setting);
  switch (type) {
    case "aws_s3_bucket":
      return (await bucketExists(bucket)) ? bucket.name : undefined;
    case "aws_s3_bucket_logging":
      return bucket.name === "" ? undefined : existingLogging(bucket);
    case "aws_s3_bucket_notification":
      return bucket.name === "" ? undefined : existingNotification(bucket);
    case "aws_iam_policy":
      return existingPolicy(home, values);
    case "aws_iam_role":
      return existingRole(home, text(values["name"]));
    case "aws_kms_alias":
      return (await keyBehind(home, text(values["name"]))) === undefined ? undefined : text(values["name"]);
    case "aws_kms_key":
      return keyBehind(home, text(values["alias"]));
    default:
      return undefined;
  }
}

async function existingSetting(bucket: BucketPlace, setting: keyof Posture): Promise<string | undefined> {
  const reading = (await readPosture(bucket))[setting];
  if ("unreadable" in reading) throw unreadable(bucket, setting, reading.unreadable);
  return reading.value === undefined ? undefined : bucket.name;
}

/** If an unreadable setting counted as absent, the plan would overwrite it without showing it. */
function unreadable(bucket: BucketPlace, setting: keyof Posture, got: string): UserError {
  const problem = {
    code: "aws-call",
    path: `s3://${bucket.name}`,
    message: `must let its ${setting} be read before it is taken over, got ${got}`,
    fix: "Grant s3:GetBucket* and s3:Get*Configuration on it, then run the command again; nothing was changed.",
  };
  return new UserError([problem], "unknown");
}

async function existingLogging(bucket: BucketPlace): Promise<string | undefined> {
  return present(`s3://${bucket.name}`, "s3:GetBucketLogging", async () => {
    const { LoggingEnabled } = await s3Client(bucket).send(new GetBucketLoggingCommand(bucketArguments(bucket)));
    return LoggingEnabled === undefined ? undefined : bucket.name;
  });
}

async function existingNotification(bucket: BucketPlace): Promise<string | undefined> {
  return present(`s3://${bucket.name}`, "s3:GetBucketNotification", async () => {
    const found = await s3Client(bucket).send(new GetBucketNotificationConfigurationCommand(bucketArguments(bucket)));
    const targets = [found.TopicConfigurations, found.QueueConfigurations, found.LambdaFunctionConfigurations];
    const isMade = found.EventBridgeConfiguration !== undefined || targets.some((some) => (some ?? []).length > 0);
    return isMade ? bucket.name : undefined;
  });
}

async function existingPolicy(home: Home, values: Values): Promise<string | undefined> {
  const arn = `arn:${home.partition}:iam::${home.account}:policy${text(values["path"]) ?? "/"}${text(values["name"]) ?? ""}`;
  return present(arn, "iam:GetPolicy", async () => {
    await iamClient(home).send(new GetPolicyCommand({ PolicyArn: arn }));
    return arn;
  });
}

async function existingRole(home: Home, name: string | undefined): Promise<string | undefined> {
  return name === undefined || (await principalArn(home, "role", name)) === undefined ? undefined : name;
}

async function keyBehind(home: BucketPlace, alias: string | undefined): Promise<string | undefined> {
  if (alias === undefined) return undefined;
  return present(alias, "kms:DescribeKey", async () => {
    const { KeyMetadata } = await kmsClient(home).send(new DescribeKeyCommand({ KeyId: alias }));
    return KeyMetadata?.KeyId;
  });
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
