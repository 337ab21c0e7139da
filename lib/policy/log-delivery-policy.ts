import { s3Arn } from "./arn";
import { policyDocument, type PolicyDocument } from "./policy-document";
import { denyInsecureTransport } from "./guard/insecure-transport";
import type { Partition } from "./partition";

/** Everything that a log bucket's policy depends on. */
export interface LogDeliveryScope {
  readonly partition: Partition;
  readonly account: string;
  /** The bucket whose requests S3 logs. */
  readonly bucket: string;
  readonly logBucket: string;
}

/**
 * Returns the policy of a log bucket. It lets S3 deliver logs of this bucket of this account, and denies plain HTTP.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export function logDeliveryPolicy(scope: LogDeliveryScope): PolicyDocument {
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
    denyInsecureTransport({ partition: scope.partition, bucket: scope.logBucket }),
  ]);
}
