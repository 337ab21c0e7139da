import { s3Arn, wholeBucket } from "./arn";
import { policyDocument, type PolicyDocument, type Statement } from "./policy-document";
import { denyUnprovenBreakGlass } from "./guard/break-glass-proof";
import type { ProvenBreakGlass } from "./guard/guard-scope";
import { NO_AWS_SERVICE } from "./guard/foreign-principals";
import { denyInsecureTransport, denyOldTls } from "./guard/insecure-transport";
import { exceptFor } from "./guard/deny-but";
import type { Partition } from "./partition";

/** Everything that a log bucket's policy depends on. */
export interface LogDeliveryScope extends ProvenBreakGlass {
  readonly partition: Partition;
  readonly account: string;
  /** The bucket whose requests S3 logs. */
  readonly bucket: string;
  readonly logBucket: string;
  /** Principals that may change the log bucket: deployers and break-glass. Empty: not guarded. */
  readonly changers: readonly string[];
  /** Principals that may delete logs. */
  readonly breakGlass: readonly string[];
}

/**
 * Returns the policy of a log bucket. It lets S3 deliver logs of this bucket of this account, and denies plain HTTP and old
 * TLS. A principal whose requests it logs, a deployer included, can neither delete nor write a log. Break-glass alone can.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export function logDeliveryPolicy(scope: LogDeliveryScope): PolicyDocument {
  const place = { partition: scope.partition, bucket: scope.logBucket };
  return policyDocument([
    {
      Sid: "AllowLogDelivery",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: s3Arn(scope.partition, scope.logBucket, "*"),
      Condition: {
        ArnLike: { "aws:SourceArn": s3Arn(scope.partition, scope.bucket) },
        StringEquals: { "aws:SourceAccount": scope.account },
      },
    },
    denyInsecureTransport(place),
    denyOldTls(place),
    denyLogForgery(scope),
    ...denyUnprovenBreakGlass({ ...scope, ...place }),
    ...denyLogChanges(scope),
  ]);
}

/** The log delivery service is the only writer, and lifecycle rules, which no policy covers, are what deletes. */
function denyLogForgery({ partition, logBucket, breakGlass }: LogDeliveryScope): Statement {
  return {
    Sid: "DenyLogForgery",
    Effect: "Deny",
    Principal: "*",
    Action: [
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:PutObject",
      "s3:ReplicateDelete",
      "s3:ReplicateObject",
      "s3:UpdateObjectEncryption",
    ],
    Resource: s3Arn(partition, logBucket, "*"),
    Condition: { ...exceptFor(breakGlass).Condition, ...NO_AWS_SERVICE },
  };
}

/** Denies changes of the bucket. Off without a known deployer, as the guard's own posture is. */
function denyLogChanges({ partition, logBucket, changers }: LogDeliveryScope): Statement[] {
  if (changers.length === 0) return [];
  return [
    {
      Sid: "DenyLogChange",
      Effect: "Deny",
      Principal: "*",
      NotAction: ["s3:Get*", "s3:List*"],
      Resource: wholeBucket({ partition, bucket: logBucket }),
      Condition: { ...exceptFor(changers).Condition, ...NO_AWS_SERVICE },
    },
  ];
}
