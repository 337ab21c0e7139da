import { PARTITIONS, type Partition } from "./partition";

/** The parts of an ARN: `arn:partition:service:region:account:resource`. */
export interface Arn {
  readonly partition: Partition;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Reads an ARN of a supported partition; undefined where it is none. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partitionName, service, region, account, ...rest] = text.split(":");
  const partition = PARTITIONS.find((known) => known === partitionName);
  const resource = rest.join(":");
  if (prefix !== "arn" || partition === undefined || !service || resource === "") return undefined;
  return { partition, service, region: region ?? "", account: account ?? "", resource };
}

/** ARN of a bucket, or of the objects that a key or pattern in it names. */
export function s3Arn(partition: Partition, bucket: string, key?: string): string {
  return `arn:${partition}:s3:::${bucket}${key === undefined ? "" : `/${key}`}`;
}

/** The account an ARN names; empty where it names none. */
export function accountOf(arn: string): string {
  return parseArn(arn)?.account ?? "";
}

/** Whether IAM Identity Center made the role for a permission set: policies come to it through that alone. */
export function isPermissionSetRole(roleArn: string): boolean {
  return parseArn(roleArn)?.resource.startsWith("role/aws-reserved/sso.amazonaws.com/") === true;
}

/** The role's name, without its path: what an attachment and the console call it. */
export function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf("/") + 1);
}
