import type { PolicyDocument } from "../policy/policy-document";
import { guardPolicy } from "../policy/guard/guard-policy";
import type { AcceptedEncryption, GuardScope, Tagging, WorkspaceAdmin } from "../policy/guard/guard-scope";
import { locksInS3 } from "../policy/access-level";
import { keyPolicy } from "../policy/key-policy";
import { kmsKeyReference, type KmsKey } from "../policy/kms-key";
import { LOCK_SUFFIX, stateKeys } from "../state/state-keys";
import { isOrganizationAccess } from "../config/organization-role";
import type { Consumer, StateHome } from "../config/state-home";
import type { ConsumerPapers } from "./consumer-papers";
import { grouped } from "../text/grouped";

/** Builds the bucket policy of the state bucket. */
export function homeGuard(home: StateHome, consumers: readonly ConsumerPapers[]): PolicyDocument {
  return guardPolicy(homeGuardScope(home, consumers));
}

/** Builds the policy of the key that the bootstrap stack creates. */
export function homeKeyPolicy(home: StateHome, consumers: readonly ConsumerPapers[]): PolicyDocument {
  const { partition, region, account, name, guard, kmsKey } = home.bucket;
  const resource = (key: KmsKey | undefined): string | undefined =>
    key && kmsKeyReference(key, partition, region).resource;
  // A consumer with a key of its own does not use this key.
  const policies = consumers
    .filter(({ consumer }) => resource(consumer.kmsKey) === resource(kmsKey))
    .flatMap(({ consumer, policies: each }) =>
      each.map(({ level, externalRoles }) => ({ level, externalRoles: namedHere(externalRoles, consumer, home) })),
    );
  const writes = (level: string): boolean => level !== "reader" && level !== "unlocker";
  const externalRoles = (write: boolean): string[] => [
    ...new Set(policies.filter(({ level }) => writes(level) === write).flatMap((policy) => policy.externalRoles)),
  ];
  return keyPolicy({
    partition,
    region,
    account,
    bucket: name,
    ...{ breakGlass: guard.breakGlass, breakGlassRequires: guard.breakGlassRequires },
    externalReaders: externalRoles(false),
    externalWriters: externalRoles(true),
    organizationRole: guard.organizationRole,
  });
}

/** Returns the roles of other accounts that a policy has to name: those that are not the role of many accounts. */
function namedHere(roles: readonly string[], consumer: Consumer, { bucket }: StateHome): string[] {
  return roles.filter((role) => !isOrganizationAccess(role, consumer, bucket));
}

/** Returns a key or prefix with the suffix of a lock in it. No state key ends in that suffix. */
function lockLikePath({ bootstrap, consumers }: StateHome): string | undefined {
  return [bootstrap, ...consumers]
    .flatMap((of) => [of.key, "workspaceKeyPrefix" in of ? of.workspaceKeyPrefix : undefined])
    .find((path) => path?.includes(LOCK_SUFFIX) === true);
}

/** Lists what the guard leaves open, each with the setting that closes it. */
export function guardGaps(home: StateHome): string[] {
  const { deployers, allow, network } = home.bucket.guard;
  const lockLike = lockLikePath(home);
  return [
    ...(lockLike === undefined ? [] : [`keys that continue after ${LOCK_SUFFIX} may be written: ${lockLike} is one`]),
    ...(network === undefined ? [] : ["deployers and break-glass pass bucket.guard.network from everywhere"]),
    ...(deployers.length === 0 ? ["history and posture are not guarded: name bucket.guard.deployers"] : []),
    ...allow.map((exception) => `bucket.guard.allow lets ${exception} pass`),
  ];
}

/** Returns everything that the guard depends on. */
export function homeGuardScope(home: StateHome, consumers: readonly ConsumerPapers[]): GuardScope {
  const { partition, name, account, guard } = home.bucket;
  const external = consumers.flatMap(({ consumer, policies }) =>
    policies.map(({ externalRoles, document }) => ({
      roles: namedHere(externalRoles, consumer, home),
      policy: document,
    })),
  );
  return {
    ...guard,
    partition,
    bucket: name,
    account,
    unlockers: [...new Set(home.consumers.flatMap(({ access }) => access.unlocker))],
    workspaceAdmins: workspaceAdmins(home),
    encryption: acceptedEncryption(home),
    bootstrapKey: home.bootstrap.key,
    lockLikeStates: lockLikePath(home) !== undefined,
    tagging: tagging(home),
    external: external.filter(({ roles }) => roles.length > 0),
  };
}

function workspaceAdmins(home: StateHome): WorkspaceAdmin[] {
  const admins = home.consumers.flatMap(({ key, workspaceKeyPrefix, access }) => {
    const { workspaceStates } = stateKeys(key, workspaceKeyPrefix);
    return workspaceStates === undefined ? [] : access["workspace-admin"].map((role) => ({ role, workspaceStates }));
  });
  const byRole = grouped(
    admins,
    ({ role }) => role,
    ({ workspaceStates }) => workspaceStates,
  );
  return [...byRole].map(([role, states]) => ({ role, states }));
}

/** Returns which objects clients tag, and how. Undefined if no consumer has tags. */
function tagging({ bucket, consumers }: StateHome): Tagging | undefined {
  const objects = consumers.flatMap(({ key, workspaceKeyPrefix, locking, lockTags, stateTags }) => {
    const { states, locks } = stateKeys(key, workspaceKeyPrefix);
    const isLocked = lockTags !== undefined && locksInS3(locking);
    return [...(stateTags === undefined ? [] : states), ...(isLocked ? locks : [])];
  });
  return objects.length === 0 ? undefined : { objects, lockTags: bucket.history.locks?.tags ?? [] };
}

/** While only the alias of the created key is known, the guard accepts any key of the account and region. */
function acceptedEncryption(home: StateHome): AcceptedEncryption {
  const { partition, region, kmsKey } = home.bucket;
  const keys = [kmsKey, ...home.consumers.map((consumer) => consumer.kmsKey)].filter((key) => key !== undefined);
  return {
    sseS3: kmsKey === undefined,
    kmsKeys: [...new Set(keys.map((key) => kmsKeyReference(key, partition, region).resource))],
  };
}
