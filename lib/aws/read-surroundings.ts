import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
} from "@aws-sdk/client-kms";
import {
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  HeadBucketCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Statement } from "../policy/policy-document";
import { NO_BUCKET, type EncryptionPosture, type Reading } from "../verify/posture";
import type { KeyPosture, Surroundings } from "../verify/surroundings";
import { partitionOf } from "../policy/partition";
import { isAwsEndpoint } from "./aws-endpoint";
import { headerOf, statusOf } from "./aws-problem";
import { bucketArguments, kmsClient, s3Client, type BucketPlace } from "./connect";
import { readHandmade } from "./read-handmade";
import { reading, unreadable } from "./read-posture";

/** Reads where the bucket is, its default key, and what AWS does with its objects. */
export async function readSurroundings(
  bucket: BucketPlace,
  encryption: Reading<EncryptionPosture>,
): Promise<Surroundings> {
  const s3 = s3Client(bucket);
  const input = bucketArguments(bucket);
  const [{ presence, region }, key, logs, replicas, notifications, handmade] = await Promise.all([
    readPlace(s3, bucket),
    readKey(bucket, encryption),
    reading(async () => {
      const { LoggingEnabled: found } = await s3.send(new GetBucketLoggingCommand(input));
      return found === undefined ? undefined : { bucket: found.TargetBucket ?? "", prefix: found.TargetPrefix ?? "" };
    }),
    reading(async () => {
      const { ReplicationConfiguration: found } = await s3.send(new GetBucketReplicationCommand(input));
      const enabled = (found?.Rules ?? []).filter((rule) => rule.Status === "Enabled");
      return enabled.map((rule) => rule.Destination?.Bucket ?? "");
    }),
    reading(async () => {
      const found = await s3.send(new GetBucketNotificationConfigurationCommand(input));
      const targets = [
        ...(found.TopicConfigurations ?? []).map((target) => target.TopicArn),
        ...(found.QueueConfigurations ?? []).map((target) => target.QueueArn),
        ...(found.LambdaFunctionConfigurations ?? []).map((target) => target.LambdaFunctionArn),
      ];
      return { eventBridge: found.EventBridgeConfiguration !== undefined, targets: targets.map((arn) => arn ?? "") };
    }),
    readHandmade(s3, bucket),
  ]);
  return { presence, region, key, logs, replicas, notifications, ...handmade };
}

async function readPlace(s3: S3Client, bucket: BucketPlace): Promise<Pick<Surroundings, "presence" | "region">> {
  const input = bucketArguments(bucket);
  try {
    const { BucketRegion: told } = await s3.send(new HeadBucketCommand(input));
    const region = told === undefined ? await reading(() => readLocation(s3, bucket)) : { value: told };
    if (await isAwsEndpoint(s3)) return { presence: { value: "ours" }, region };
    const isOurs = bucket.account === undefined || (await refusesOtherOwner(s3, bucket));
    return { presence: { value: isOurs ? "ours" : "anybody's" }, region: knownRegion(region) };
  } catch (error) {
    // From another region S3 answers 301, with the right region in a header.
    const elsewhere = headerOf(error, "x-amz-bucket-region");
    const status = statusOf(error);
    // The answer to a HEAD has no body, so it does not name what is missing.
    if (status === 404) return { presence: { value: "absent" }, region: NO_BUCKET };
    const region = elsewhere === undefined ? unreadable(error) : { value: elsewhere };
    const why = status === 403 ? "403: it is somebody else's, or you may not look (s3:ListBucket)" : undefined;
    return { presence: why === undefined ? unreadable(error) : { unreadable: why }, region };
  }
}

/** True if the store refuses a request that expects another owner. */
async function refusesOtherOwner(s3: S3Client, bucket: BucketPlace): Promise<boolean> {
  const account = bucket.account === "000000000000" ? "111111111111" : "000000000000";
  return s3.send(new HeadBucketCommand(bucketArguments({ ...bucket, account }))).then(
    () => false,
    () => true,
  );
}

/** Other stores than AWS may have no regions, and answer with an empty or an odd one. */
function knownRegion(region: Reading<string>): Reading<string> {
  if ("unreadable" in region || partitionOf(region.value ?? "") !== undefined) return region;
  return { unreadable: "this store has no regions", notApplicable: true };
}

async function readLocation(s3: S3Client, bucket: BucketPlace): Promise<string> {
  const { LocationConstraint: place } = await s3.send(new GetBucketLocationCommand(bucketArguments(bucket)));
  // Names from the time before regions had codes.
  if (place === undefined && !(await isAwsEndpoint(s3))) return "";
  return place === undefined ? "us-east-1" : place === "EU" ? "eu-west-1" : place;
}

async function readKey(bucket: BucketPlace, encryption: Reading<EncryptionPosture>): Promise<Reading<KeyPosture>> {
  if ("unreadable" in encryption) return encryption;
  if (encryption.value?.algorithm !== "aws:kms") return { value: undefined };
  // If a bucket asks for KMS and names no key, it uses the key that AWS manages.
  const id = encryption.value.keyArn ?? "alias/aws/s3";
  const kms = kmsClient(bucket);
  return reading(async () => {
    const { KeyMetadata: found } = await kms.send(new DescribeKeyCommand({ KeyId: id }));
    const KeyId = found?.KeyId ?? id;
    const [aliases, rotates, policy] = await Promise.all([
      reading(async () =>
        ((await kms.send(new ListAliasesCommand({ KeyId }))).Aliases ?? []).map(({ AliasName }) => AliasName ?? ""),
      ),
      reading(async () => (await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled),
      reading(async () => {
        const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
        return (JSON.parse(Policy ?? "{}") as { readonly Statement?: readonly Statement[] }).Statement;
      }),
    ]);
    return { arn: found?.Arn ?? id, state: found?.KeyState ?? "unknown", aliases, rotates, policy };
  });
}
