/**
 * The AWS partitions that Statelock supports, as ARNs name them.
 * @example
 * const partition: Partition = "aws-cn";
 */
export type Partition = "aws" | "aws-cn" | "aws-us-gov" | "aws-eusc";

export const PARTITIONS: readonly Partition[] = ["aws", "aws-cn", "aws-us-gov", "aws-eusc"];

/** Prefixes of regions whose partition Statelock does not support: the ISO partitions. */
const UNSUPPORTED_REGION = /^(us-iso|eu-iso)/;

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/**
 * Returns the partition of a region. Undefined if the text is not a region name, or if Statelock does not support the
 * partition. The prefix decides, so that new regions work without a new version.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function partitionOf(region: string): Partition | undefined {
  if (!REGION.test(region) || UNSUPPORTED_REGION.test(region)) return undefined;
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  if (region.startsWith("eusc-")) return "aws-eusc";
  return "aws";
}

/** Returns the partition of a region, or `aws` for a region that {@link partitionOf} does not know. */
export function partitionOrDefault(region: string): Partition {
  return partitionOf(region) ?? "aws";
}

/** DNS suffix of the endpoints of partitions that have another one than `amazonaws.com`. */
const OTHER_SUFFIX: Readonly<Partial<Record<Partition, string>>> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
};

/**
 * Returns the values of `kms:ViaService` when S3 in `region` calls KMS for a caller. In China and in the European Sovereign
 * Cloud it has both DNS suffixes: AWS documents the key with `amazonaws.com`, but the endpoints there have another one.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function s3ViaService(region: string): string[] {
  const other = OTHER_SUFFIX[partitionOrDefault(region)];
  const suffixes = ["amazonaws.com", ...(other === undefined ? [] : [other])];
  return suffixes.map((suffix) => `s3.${region}.${suffix}`);
}
