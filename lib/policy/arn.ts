import { PARTITIONS, type Partition } from "./partition";

/** The parts of an ARN: `arn:partition:service:region:account:resource`. */
export interface Arn {
  readonly partition: Partition;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Parses an ARN. Returns undefined if the text is not an ARN of a supported partition. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partitionName, service, region, account, ...rest] = text.split(":");
  const partition = PARTITIONS.find((known) => known === partitionName);
  const resource = rest.join(":");
  if (prefix !== "arn" || partition === undefined || !service || resource === "") return undefined;
  return { partition, service, region: region ?? "", account: account ?? "", resource };
}

/** Returns the ARN of a bucket, or of the objects that a key or pattern names. */
export function s3Arn(partition: Partition, bucket: string, key?: string): string {
  return `arn:${partition}:s3:::${bucket}${key === undefined ? "" : `/${key}`}`;
}

/** Returns the ARNs of a bucket and of all its objects. */
export function wholeBucket({
  partition,
  bucket,
}: {
  readonly partition: Partition;
  readonly bucket: string;
}): string[] {
  return [s3Arn(partition, bucket), s3Arn(partition, bucket, "*")];
}

/** Returns the account in an ARN. Empty if the ARN names no account. */
export function accountOf(arn: string): string {
  return parseArn(arn)?.account ?? "";
}

/** True for a role that IAM Identity Center created for a permission set. Only the permission set can give it policies. */
export function isPermissionSetRole(roleArn: string): boolean {
  return parseArn(roleArn)?.resource.startsWith("role/aws-reserved/sso.amazonaws.com/") === true;
}

/** Returns the role's name without its path, as an attachment and the console show it. */
export function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf("/") + 1);
}

/**
 * Returns the pattern that matches a role or user under every path. In one account, IAM has each name once, whatever its
 * path, so a deny with this pattern holds also if the config names a wrong path.
 */
export function underAnyPath(principal: string): string {
  return principal.replace(/:(role|user)\/(?:.*\/)?([^/]+)$/, ":$1*/$2");
}

/** A role or user, by what IAM looks it up. */
export interface PrincipalName {
  readonly kind: "role" | "user";
  readonly account: string;
  readonly name: string;
}

/** Returns the role or user that an ARN names: also the role of a session, and of a pattern of {@link underAnyPath}. */
export function principalNameOf(principal: string): PrincipalName | undefined {
  const arn = parseArn(principal);
  if (arn === undefined) return undefined;
  const form = arn.service === "sts" ? /^assumed-(role)\/([^/]+)\// : /^(role|user)\*?\/(?:.*\/)?([^/]+)$/;
  const [, kind, name] = form.exec(arn.resource) ?? [];
  if (name === undefined || !["iam", "sts"].includes(arn.service)) return undefined;
  return { kind: kind === "user" ? "user" : "role", account: arn.account, name };
}
