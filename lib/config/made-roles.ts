import { ACCESS_LEVELS, type AccessLevel } from "../policy/access-level";
import type { PolicyDocument } from "../policy/policy-document";
import { partitionOrDefault, type Partition } from "../policy/partition";
import { gitHubActionsTrust, principalsTrust, type GitHubProvider } from "../policy/trust-policy";
import { CONFIG_DEFAULTS } from "./config-defaults";
import type { BucketConfig, ConsumerConfig, MadeRolesConfig, RoleConfig, StateConfig } from "./state-config";
import type { MadeRole } from "./state-home";

/** IAM path of every policy and role that Statelock creates. IAM requires names to be unique across paths. */
export const IAM_PATH = "/statelock/";

/** Returns the name of the managed policy of one access level of a consumer. */
export function managedPolicyName(bucket: string, consumer: string, level: AccessLevel): string {
  return `${bucket}-${consumer}-${level}`;
}

/** Returns a made role's name. Bucket and consumer names hold no dot, so the default names of two homes never collide. */
export function madeRoleName(bucket: string, consumer: string, level: AccessLevel, role: RoleConfig): string {
  return role.name ?? `${bucket}.${consumer}.${level}`;
}

/** Returns the ARN that a made role will have. */
export function madeRoleArn(bucket: BucketConfig, consumer: string, level: AccessLevel, role: RoleConfig): string {
  const name = madeRoleName(bucket.name, consumer, level, role);
  return `arn:${partitionOrDefault(bucket.region)}:iam::${bucket.account}:role${IAM_PATH}${name}`;
}

/** Returns the entries of a consumer's `roles`, in the order of the access levels. */
export function configuredRoles({ roles = {} }: ConsumerConfig): { level: AccessLevel; role: RoleConfig }[] {
  return ACCESS_LEVELS.flatMap((level) => {
    const role = roles[level];
    return role === undefined ? [] : [{ level, role }];
  });
}

/** Returns the ARNs of every role with an access level: the roles in `access`, then the made role. */
export function rolesOfLevel(bucket: BucketConfig, consumer: ConsumerConfig, level: AccessLevel): readonly string[] {
  const made = consumer.roles?.[level];
  const named = consumer.access?.[level] ?? [];
  return made === undefined ? named : [...named, madeRoleArn(bucket, consumer.name, level, made)];
}

/** Returns the roles that the bootstrap stack creates for a consumer, with every default filled in. */
export function madeRoles(config: StateConfig, consumer: ConsumerConfig): MadeRole[] {
  const { bucket, madeRoles: shared = {} } = config;
  return configuredRoles(consumer).map(({ level, role }) => ({
    level,
    name: madeRoleName(bucket.name, consumer.name, level, role),
    arn: madeRoleArn(bucket, consumer.name, level, role),
    trust: trustOf(role, shared, partitionOrDefault(bucket.region)),
    permissionsBoundary: role.permissionsBoundary ?? shared.permissionsBoundary,
    maxSessionSeconds: role.maxSessionSeconds ?? CONFIG_DEFAULTS.maxSessionSeconds,
  }));
}

function trustOf({ trust }: RoleConfig, shared: MadeRolesConfig, partition: Partition): PolicyDocument {
  return trust.type === "principals"
    ? principalsTrust(partition, trust.principals)
    : gitHubActionsTrust(gitHubProvider(shared, partition), trust.subjects, trust.claims);
}

/** Source of the default: https://github.com/aws-actions/configure-aws-credentials, "Audiences" */
function gitHubProvider({ githubActions }: MadeRolesConfig, partition: Partition): GitHubProvider {
  const usual = partition === "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com";
  return { arn: githubActions?.provider ?? "", audience: githubActions?.audience ?? usual };
}
