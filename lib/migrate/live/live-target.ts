import { DEFAULT_WORKSPACE_KEY_PREFIX } from "../../state/state-keys";
import type { Inventory } from "../../inventory/inventory";
import { backendEncryption, type ObjectEncryption } from "../../lock/object-encryption";
import type { Problem } from "../../problem/problem";
import { home, placeText, settingOf, type Configuration } from "../scan/configuration";
import type { Phase, Setting } from "../scan/phase";

/** A root, and where its states and locks are on AWS. */
export interface LiveTarget {
  readonly root: string;
  /** Of a consumer its name: its stack is what Terraform is run for. @default - a root that Terraform is run in */
  readonly consumer?: string;
  /** `file:line`, or the consumer in the inventory. */
  readonly path: string;
  readonly phase: Phase;
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  /** The account of bucket and table; undefined where nobody says. */
  readonly account: string | undefined;
  /** Undefined where the root names none. */
  readonly table: string | undefined;
  readonly workspaceKeyPrefix: string;
  /** How its clients have their locks encrypted, so that the bucket's policy takes this command's. */
  readonly encryption: ObjectEncryption | undefined;
}

/** What is true of all roots where they do not say it themselves. */
export interface LiveDefaults {
  readonly region: string | undefined;
  readonly account: string | undefined;
}

/**
 * Where a root's states are; a problem where its files do not say.
 * @param purpose what that is asked for, in the problem's message
 */
export function liveTarget(
  configuration: Configuration,
  defaults: LiveDefaults,
  purpose = "S3 and DynamoDB to be asked",
): LiveTarget | Problem {
  const { root, source, label, phase, bucket, key } = configuration;
  // A config names the table, whichever of its consumers lock in it.
  const table = home(configuration).site.consumer?.legacyTable ?? configuration.table;
  const path = placeText(home(configuration));
  const prefix = settingOf(configuration, "workspace_key_prefix");
  const region = settingOf(configuration, "region") ?? known(defaults.region);
  const vague = Object.entries({ bucket, key, region, table, workspace_key_prefix: prefix }).find(
    ([name, value]) => (value === undefined && ["bucket", "key", "region"].includes(name)) || isComputed(value),
  );
  if (vague !== undefined) return placeUnknown(path, vague[0], vague[1], purpose);
  return {
    root,
    ...(source === "consumer" ? { consumer: label ?? root } : {}),
    path,
    phase,
    bucket: text(bucket) ?? "",
    key: text(key) ?? "",
    region: text(region) ?? "",
    account: defaults.account ?? text(home(configuration).site.consumer?.account),
    table: text(table) === "" ? undefined : text(table),
    workspaceKeyPrefix: text(prefix) ?? DEFAULT_WORKSPACE_KEY_PREFIX,
    encryption: backendEncryption(
      text(settingOf(configuration, "encrypt")) === "true",
      text(settingOf(configuration, "kms_key_id")),
    ),
  };
}

/** The consumers of an inventory. */
export function inventoryTargets({ bucket, legacyTable, consumers }: Inventory): LiveTarget[] {
  return consumers.map(({ name, stateKey, locking, workspaceKeyPrefix, backend }) => ({
    root: name,
    consumer: name,
    path: `consumer ${name}`,
    phase: locking,
    bucket: bucket.name,
    key: stateKey,
    region: bucket.region,
    account: bucket.account,
    table: legacyTable,
    workspaceKeyPrefix: workspaceKeyPrefix ?? DEFAULT_WORKSPACE_KEY_PREFIX,
    encryption: backendEncryption(
      backend["encrypt"] === true,
      typeof backend["kms_key_id"] === "string" ? backend["kms_key_id"] : undefined,
    ),
  }));
}

function known(value: string | undefined): Setting {
  return value === undefined ? undefined : { value };
}

function isComputed(value: Setting): boolean {
  return value !== undefined && !("value" in value);
}

function text(value: Setting): string | undefined {
  return value !== undefined && "value" in value ? value.value : undefined;
}

function placeUnknown(path: string, name: string, value: Setting, purpose: string): Problem {
  const got = value === undefined ? "none" : "an expression";
  return {
    code: "place-unknown",
    path,
    message: `must say its ${name} for ${purpose}, got ${got} in the files`,
    fix:
      name === "region"
        ? "Set AWS_REGION, or write the region into the backend."
        : "Put it into the backend block or into a .tfbackend file below the folders that are looked into.",
  };
}
