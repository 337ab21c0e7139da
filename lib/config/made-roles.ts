import { ACCESS_LEVELS, type AccessLevel } from "../policy/access-level";
import type { PolicyDocument } from "../policy/policy-document";
import { partitionOf, type Partition } from "../policy/partition";
import { gitHubActionsTrust, principalsTrust, type GitHubProvider } from "../policy/trust-policy";
import type { BucketConfig, ConsumerConfig, MadeRolesConfig, RoleConfig, StateConfig } from "./state-config";
import type { MadeRole } from "./state-home";

/** Path of everything that Statelock makes in IAM. Names are unique in an account whatever their path. */
export const IAM_PATH = "/statelock/";

/** Seconds of a session: the least and the most that IAM takes for a role. The least is its default. */
export const SESSION_SECONDS = { least: 3600, most: 43200 } as const;

/** Name of the managed policy of a consumer's level. */
export function managedPolicyName(bucket: string, consumer: string, level: AccessLevel): string {
  return `${bucket}-${consumer}-${level}`;
}

/** Name of a made role. Neither bucket nor consumer holds a dot, so two homes of an account cannot want one name. */
export function madeRoleName(bucket: string, consumer: string, level: AccessLevel, role: RoleConfig): string {
  return role.name ?? `${bucket}.${consumer}.${level}`;
}

/** ARN of a made role, before it is made. */
export function madeRoleArn(bucket: BucketConfig, consumer: string, level: AccessLevel, role: RoleConfig): string {
  const name = madeRoleName(bucket.name, consumer, level, role);
  return `arn:${partitionOf(bucket.region) ?? "aws"}:iam::${bucket.account}:role${IAM_PATH}${name}`;
}

/** The made roles of a consumer as the config has them. */
export function configuredRoles({ roles = {} }: ConsumerConfig): { level: AccessLevel; role: RoleConfig }[] {
  return ACCESS_LEVELS.flatMap((level) => {
    const role = roles[level];
    return role === undefined ? [] : [{ level, role }];
  });
}

/** Everybody who has a level: the roles that exist, and the one that is made. */
export function rolesOfLevel(bucket: BucketConfig, consumer: ConsumerConfig, level: AccessLevel): readonly string[] {
  const made = consumer.roles?.[level];
  const named = consumer.access?.[level] ?? [];
  return made === undefined ? named : [...named, madeRoleArn(bucket, consumer.name, level, made)];
}

/** The roles of a consumer that the bootstrap stack makes. */
export function madeRoles(config: StateConfig, consumer: ConsumerConfig): MadeRole[] {
  const { bucket, madeRoles: shared = {} } = config;
  return configuredRoles(consumer).map(({ level, role }) => ({
    level,
    name: madeRoleName(bucket.name, consumer.name, level, role),
    arn: madeRoleArn(bucket, consumer.name, level, role),
    trust: trustOf(role, shared, partitionOf(bucket.region) ?? "aws"),
    permissionsBoundary: role.permissionsBoundary ?? shared.permissionsBoundary,
    maxSessionSeconds: role.maxSessionSeconds ?? SESSION_SECONDS.least,
  }));
}

function trustOf({ trust }: RoleConfig, shared: MadeRolesConfig, partition: Partition): PolicyDocument {
  return trust.type === "principals"
    ? principalsTrust(partition, trust.principals)
    : gitHubActionsTrust(gitHubProvider(shared, partition), trust.subjects);
}

/** Source: https://github.com/aws-actions/configure-aws-credentials, "Audiences" */
function gitHubProvider({ githubActions }: MadeRolesConfig, partition: Partition): GitHubProvider {
  const usual = partition === "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com";
  return { arn: githubActions?.provider ?? "", audience: githubActions?.audience ?? usual };
}
