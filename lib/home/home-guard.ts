import { accountOf } from "../policy/arn";
import type { PolicyDocument } from "../policy/policy-document";
import { guardPolicy } from "../policy/guard/guard-policy";
import type { AcceptedEncryption, ExternalAccess, GuardScope, WorkspaceAdmin } from "../policy/guard/guard-scope";
import { keyPolicy } from "../policy/key-policy";
import { kmsKeyReference, type KmsKey } from "../policy/kms-key";
import { stateAccessPolicy } from "../policy/state-access-policy";
import { stateKeys } from "../state/state-keys";
import { levelsFor } from "../policy/state-scope";
import { stateScope } from "./home-scope";
import type { StateHome } from "../config/state-home";

/** The state bucket's guard. */
export function homeGuard(home: StateHome): PolicyDocument {
  return guardPolicy(guardScope(home));
}

/** The policy of the key that the bootstrap stack creates. */
export function homeKeyPolicy(home: StateHome): PolicyDocument {
  const { partition, region, account, name, guard } = home.bucket;
  // A consumer with a key of its own has no use for this one.
  const resource = (key: KmsKey | undefined): string | undefined =>
    key && kmsKeyReference(key, partition, region).resource;
  const using = home.consumers.filter(({ kmsKey }) => resource(kmsKey) === resource(home.bucket.kmsKey));
  const roles = (write: boolean): string[] => {
    const ofLevels = using.flatMap((consumer) =>
      levelsFor(stateScope(home, consumer))
        .filter((level) => (level !== "reader" && level !== "unlocker") === write)
        .flatMap((level) => externalRoles(home, consumer.access[level])),
    );
    return [...new Set(ofLevels)];
  };
  return keyPolicy({
    partition,
    region,
    account,
    bucket: name,
    breakGlass: guard.breakGlass,
    externalReaders: roles(false),
    externalWriters: roles(true),
  });
}

/** What the guard leaves open, and what closes it; empty where it leaves nothing. */
export function guardGaps(home: StateHome): string[] {
  const { deployers, allow } = home.bucket.guard;
  const unknown = deployers.length === 0;
  const gap = (open: boolean, text: string): string[] => (open ? [text] : []);
  return [
    ...gap(unknown, "history and posture are not guarded: name bucket.guard.deployers"),
    ...allow.map((exception) => `bucket.guard.allow lets ${exception} pass`),
  ];
}

/** Everything the guard depends on. */
export function guardScope(home: StateHome): GuardScope {
  const { partition, name, account, guard } = home.bucket;
  return {
    ...guard,
    partition,
    bucket: name,
    account,
    unlockers: [...new Set(home.consumers.flatMap(({ access }) => access.unlocker))],
    workspaceAdmins: workspaceAdmins(home),
    encryption: acceptedEncryption(home),
    bootstrapKey: home.bootstrap.key,
    external: externalAccess(home),
  };
}

function workspaceAdmins(home: StateHome): WorkspaceAdmin[] {
  const byRole = new Map<string, string[]>();
  for (const { key, workspaceKeyPrefix, access } of home.consumers) {
    const { workspaceStates } = stateKeys(key, workspaceKeyPrefix);
    if (workspaceStates === undefined) continue;
    for (const role of access["workspace-admin"]) byRole.set(role, [...(byRole.get(role) ?? []), workspaceStates]);
  }
  return [...byRole].map(([role, states]) => ({ role, states }));
}

/** Where only the alias of the created key is known, any key of the account and region is accepted. */
function acceptedEncryption(home: StateHome): AcceptedEncryption {
  const { partition, region, kmsKey } = home.bucket;
  const keys = [kmsKey, ...home.consumers.map((consumer) => consumer.kmsKey)].filter((key) => key !== undefined);
  return {
    sseS3: kmsKey === undefined,
    kmsKeys: [...new Set(keys.map((key) => kmsKeyReference(key, partition, region).resource))],
  };
}

function externalAccess(home: StateHome): ExternalAccess[] {
  return home.consumers.flatMap((consumer) => {
    const scope = stateScope(home, consumer);
    return levelsFor(scope).flatMap((level) => {
      const roles = externalRoles(home, consumer.access[level]);
      return roles.length === 0 ? [] : [{ roles, policy: stateAccessPolicy(scope, level) }];
    });
  });
}

/** The roles of other accounts among these. */
function externalRoles(home: StateHome, roles: readonly string[]): string[] {
  return roles.filter((role) => accountOf(role) !== home.bucket.account);
}
