import { backendArguments } from "../backend/backend-arguments";
import { bootstrapBackend, consumerBackend, readerBackend } from "../backend/backend-settings";
import type { ConsumerPapers } from "../home/consumer-papers";
import type { Papers } from "../home/papers";
import { IAM_PATH } from "../config/made-roles";
import type { Consumer, StateHome } from "../config/state-home";
import type { AccessLevel } from "../policy/access-level";
import { s3Arn } from "../policy/arn";
import { LOCK_SUFFIX } from "../state/state-keys";
import { OWN_VERSION } from "../text/own-version";
import type { Inventory, InventoryConsumer, PolicyEntry } from "../inventory/inventory";
import {
  backendPath,
  GUARD_PATH,
  KEY_POLICY_PATH,
  policyPath,
  stackPath,
  trustPath,
} from "../inventory/inventory-paths";

/** Returns the inventory: what synth knows, for the `statelock` command and other programs. */
export function buildInventory({ home, consumers, keyPolicy }: Papers): Inventory {
  const { name, region, account, partition, encryption, accessLogs, eventBridge } = home.bucket;
  return {
    version: 1,
    statelock: OWN_VERSION,
    bucket: {
      name,
      arn: s3Arn(partition, name),
      region,
      account,
      partition,
      encryption,
      history: inventoryHistory(home.bucket),
      ...(accessLogs === undefined ? {} : { accessLogs: { bucket: accessLogs.bucket, prefix: accessLogs.prefix } }),
      ...(eventBridge ? { eventBridge } : {}),
      guard: GUARD_PATH,
      ...(keyPolicy === undefined ? {} : { keyPolicy: KEY_POLICY_PATH }),
    },
    ...(home.engine === undefined ? {} : { engine: home.engine }),
    ...(home.legacyTable === undefined ? {} : { legacyTable: home.legacyTable }),
    ...(home.manageLegacyTable === undefined ? {} : { manageLegacyTable: home.manageLegacyTable }),
    bootstrap: {
      stack: stackPath(home.bootstrap.stack),
      stateKey: home.bootstrap.key,
      location: home.bootstrap.location,
      backend: backendArguments(bootstrapBackend(home)),
    },
    consumers: consumers.map((papers) => inventoryConsumer(home, papers)),
  };
}

function inventoryHistory({ history: { locks, ...history } }: StateHome["bucket"]): Inventory["bucket"]["history"] {
  return {
    ...history,
    ...(locks === undefined ? {} : { locks: { ...locks, tags: locks.tags.map((tags) => ({ ...tags })) } }),
  };
}

function inventoryConsumer(home: StateHome, { consumer, policies, managed }: ConsumerPapers): InventoryConsumer {
  const { partition, account } = home.bucket;
  const { name, type, engine, key, workspaceKeyPrefix, locking } = consumer;
  return {
    name,
    type,
    ...(engine === undefined ? {} : { engine }),
    stateKey: key,
    lockKey: key + LOCK_SUFFIX,
    ...(workspaceKeyPrefix === undefined ? {} : { workspaceKeyPrefix }),
    locking,
    backend: backendArguments(consumerBackend(home, consumer)),
    reader: backendArguments(readerBackend(home, consumer)),
    ...(type === "cdktf" ? { stack: stackPath(name) } : {}),
    files: {
      hcl: backendPath(name, "backend.tf"),
      json: backendPath(name, "backend.tf.json"),
      partial: backendPath(name, `${name}.s3.tfbackend`),
    },
    policies: policies.map(({ level, name: policy, roles, permissionSetRoles }) => ({
      level,
      file: policyPath(name, level),
      ...(managed.some((each) => each.level === level)
        ? { arn: `arn:${partition}:iam::${account}:policy${IAM_PATH}${policy}` }
        : {}),
      roles: [...roles],
      ...(permissionSetRoles.length === 0 ? {} : { permissionSetRoles: [...permissionSetRoles] }),
      ...madeRole(consumer, level),
    })),
  };
}

function madeRole({ name, madeRoles }: Consumer, level: AccessLevel): Pick<PolicyEntry, "madeRole"> {
  const made = madeRoles.find((role) => role.level === level);
  return made === undefined ? {} : { madeRole: { arn: made.arn, trust: trustPath(name, level) } };
}
