import type { AccessLevel } from "../policy/access-level";
import { accountOf, isPermissionSetRole } from "../policy/arn";
import type { PolicyDocument } from "../policy/policy-document";
import { stateAccessPolicy } from "../policy/state-access-policy";
import { levelsFor, type StateScope } from "../policy/state-scope";
import { managedPolicyName } from "../config/made-roles";
import type { Consumer, StateHome } from "../config/state-home";

/**
 * The policy of one access level of one consumer, and the roles that get it.
 * @example
 * const policies: readonly ConsumerPolicy[] = papersOf(home).consumers.flatMap((each) => each.policies);
 */
export interface ConsumerPolicy {
  readonly level: AccessLevel;
  /** Name of the managed policy in IAM. */
  readonly name: string;
  readonly document: PolicyDocument;
  /** Roles of the bucket's account to which Statelock attaches the policy. */
  readonly roles: readonly string[];
  /** Roles of IAM Identity Center in the bucket's account. Their permission set must reference the policy. */
  readonly permissionSetRoles: readonly string[];
  /** Roles of other accounts. The guard lets them in; somebody must attach the policy's file there. */
  readonly externalRoles: readonly string[];
}

/**
 * The policies of one consumer.
 * @example
 * const [first]: readonly ConsumerPapers[] = papersOf(home).consumers;
 */
export interface ConsumerPapers {
  readonly consumer: Consumer;
  /** One policy for each access level that the consumer has. */
  readonly policies: readonly ConsumerPolicy[];
  /** The policies that the bootstrap stack creates in IAM: all, or those that a role of the account gets. */
  readonly managed: readonly ConsumerPolicy[];
}

/** Builds the policies of one consumer. */
export function consumerPapers(home: StateHome, consumer: Consumer): ConsumerPapers {
  const scope = stateScope(home, consumer);
  const policies = levelsFor(scope).map((level): ConsumerPolicy => {
    const isOurs = (role: string): boolean => accountOf(role) === home.bucket.account;
    const ours = consumer.access[level].filter(isOurs);
    return {
      level,
      name: managedPolicyName(home.bucket.name, consumer.name, level),
      document: stateAccessPolicy(scope, level),
      roles: ours.filter((role) => !isPermissionSetRole(role)),
      permissionSetRoles: ours.filter(isPermissionSetRole),
      externalRoles: consumer.access[level].filter((role) => !isOurs(role)),
    };
  });
  const isHeld = ({ roles, permissionSetRoles }: ConsumerPolicy): boolean =>
    roles.length > 0 || permissionSetRoles.length > 0;
  return { consumer, policies, managed: home.managedPolicies === "all" ? policies : policies.filter(isHeld) };
}

/** Returns what the policies of one consumer depend on. */
export function stateScope(home: StateHome, consumer: Consumer): StateScope {
  const { partition, region, account, name } = home.bucket;
  const { key, workspaceKeyPrefix, kmsKey, encryptionKey, retiredKey, locking, lockTags, stateTags } = consumer;
  return {
    partition,
    region,
    account,
    bucket: name,
    key,
    workspaceKeyPrefix,
    kmsKey,
    encryptionKey,
    retiredKey,
    locking,
    lockTags,
    stateTags,
    legacyTable: home.legacyTable,
  };
}
