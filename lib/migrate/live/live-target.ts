import { DEFAULT_WORKSPACE_KEY_PREFIX } from "../../state/state-keys";
import type { Inventory } from "../../inventory/inventory";
import { backendEncryption, type ObjectEncryption } from "../../lock/object-encryption";
import type { Problem } from "../../problem/problem";
import { placeText, settingOf, type Configuration } from "../scan/configuration/configuration";
import type { Phase, Setting } from "../scan/configuration/phase";
import { lacking, placed, type KnownPlaces, type PlacedBy } from "./known-place";
import { isProblem, ownNetwork } from "./own-network";
import { identityArguments, ownEndpoints, ownIdentity, type GivenIdentity, type OwnAccess } from "./own-access";

/** A root, and where its states and locks are. */
export interface LiveTarget {
  readonly root: string;
  /** Name of the consumer, if Terraform runs in its synthesized stack. @default - Terraform runs in the root itself */
  readonly consumer?: string;
  /** `file:line`, or the consumer in the inventory. */
  readonly path: string;
  /** What besides its files said where its states are. @default - nothing */
  readonly placedBy?: PlacedBy;
  readonly phase: Phase;
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  /** Account of the bucket and the table; undefined if neither the files nor the options name it. */
  readonly account: string | undefined;
  /** Where and as whom its clients reach them, as far as its files say it. @default - as this run does */
  readonly access?: OwnAccess;
  /** True if the table must belong to {@link account} too. @default - its account is the caller's */
  readonly tableInAccount?: boolean;
  /** Undefined if the root names no table. */
  readonly table: string | undefined;
  readonly workspaceKeyPrefix: string;
  /** How its clients encrypt their locks; the bucket's policy may require the same of this command. */
  readonly encryption: ObjectEncryption | undefined;
  /** The options that were given, as flags of the commands that Statelock prints. @default - no options */
  readonly flags?: string;
  /** `--profile`, for commands of the AWS CLI. @default - none */
  readonly profile?: string | undefined;
}

/**
 * Returns the name of a root's bucket in the migration record. Two stores may each have a bucket of one name, so the name of an
 * endpoint in a backend is part of it.
 */
export function recordedBucket({ bucket, access }: Pick<LiveTarget, "bucket" | "access">): string {
  const endpoint = access?.endpointUrl?.replace(/\/+$/, "");
  return endpoint === undefined ? bucket : `${endpoint}/${bucket}`;
}

/** Values for roots whose files do not name them. */
export interface LiveDefaults {
  readonly region: string | undefined;
  readonly account: string | undefined;
  /** The identity of this run; a root with another one is not asked. @default - nobody asks S3 */
  readonly identity?: GivenIdentity;
  /** Returns the given options as flags, for a root with its own endpoint or identity. */
  readonly flagsFor?: (own: OwnAccess) => string;
  /** See {@link LiveTarget}. */
  readonly flags?: string;
  readonly profile?: string | undefined;
  /** What else says where states are. @default - nothing: a root that computes its place is a problem */
  readonly known?: KnownPlaces;
}

/**
 * Returns where a root's states are, or a problem if its files do not say it.
 * @param purpose ends the problem's message: why Statelock needs to know
 */
export function liveTarget(
  given: Configuration,
  defaults: LiveDefaults,
  purpose = "so that Statelock can read S3 and DynamoDB",
): LiveTarget | Problem {
  const { configuration, by } =
    defaults.known === undefined ? { configuration: given, by: undefined } : placed(given, defaults.known);
  const { root, consumer, phase, bucket, key } = configuration;
  // A config names the table even for a consumer that does not lock in it.
  const table = known(consumer?.legacyTable) ?? configuration.table;
  const path = placeText(configuration);
  const prefix = settingOf(configuration, "workspace_key_prefix");
  const region = settingOf(configuration, "region") ?? known(defaults.region);
  const vague = Object.entries({ bucket, key, region, table, workspace_key_prefix: prefix }).find(
    ([name, value]) => (value === undefined && ["bucket", "key", "region"].includes(name)) || isComputed(value),
  );
  if (vague !== undefined) return placeUnknown(path, vague, purpose, lacking(given, vague[0], defaults.known));
  const endpoints = ownEndpoints(configuration, defaults.identity);
  if ("computed" in endpoints) return placeUnknown(path, [endpoints.computed, endpoints.value], purpose);
  const account = defaults.account ?? consumer?.account;
  const identity = ownIdentity(configuration, path, defaults.identity, account);
  if ("code" in identity) return identity;
  const { network: around, asBackend = false } = defaults.identity ?? {};
  const network = ownNetwork(configuration, path, around, asBackend);
  if (isProblem(network)) return network;
  const access = { ...endpoints, ...identity, ...(Object.keys(network).length > 0 ? { network } : {}) };
  const isOwn = Object.keys(access).length > 0;
  const flags = isOwn ? (defaults.flagsFor?.(access) ?? defaults.flags) : defaults.flags;
  const profile = access.profile ?? defaults.profile;
  return {
    root,
    ...(consumer === undefined ? {} : { consumer: consumer.name }),
    path,
    ...(by === undefined ? {} : { placedBy: by }),
    phase,
    bucket: text(bucket) ?? "",
    key: text(key) ?? "",
    region: text(region) ?? "",
    account,
    ...(isOwn ? { access } : {}),
    ...(identityArguments(configuration).length > 0 && account !== undefined ? { tableInAccount: true } : {}),
    table: text(table) === "" ? undefined : text(table),
    workspaceKeyPrefix: text(prefix) ?? DEFAULT_WORKSPACE_KEY_PREFIX,
    encryption: backendEncryption(
      text(settingOf(configuration, "encrypt")) === "true",
      text(settingOf(configuration, "kms_key_id")),
    ),
    ...(flags === undefined ? {} : { flags }),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** Returns where the states of the consumers of an inventory are. */
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

/** @param lacks what is not known of the expression */
function placeUnknown(
  path: string,
  [name, value]: readonly [name: string, Setting],
  purpose: string,
  lacks?: string,
): Problem {
  const got =
    value === undefined
      ? "nothing"
      : lacks === undefined
        ? "an expression"
        : `an expression whose ${lacks} is not known`;
  return {
    code: "place-unknown",
    path,
    message: `must name its ${name} ${purpose}, got ${got} in its files`,
    fix:
      name === "region"
        ? "Set AWS_REGION, or write the region into the backend."
        : "Write it into the backend block, or into a .tfbackend file below the scanned folders. `migrate status`, `plan --live` and `apply` also look where the root is initialized, or where --var, --var-file, its files of variables and defaults lead.",
  };
}
