import type { EngineName } from "../engine/engine";
import type { AccessLevel, Locking } from "../policy/access-level";
import type { PolicyDocument } from "../policy/policy-document";
import type { KmsKey } from "../policy/kms-key";
import type { ObjectTags } from "../policy/object-tags";
import type { Partition } from "../policy/partition";
import type { BreakGlassProof, GuardException, NetworkPerimeter, OrganizationRole } from "../policy/guard/guard-scope";
import type { AssumeRoleConfig, LegacyTableManagement, RetiredKeyConfig } from "./state-config";

/**
 * A checked config with every default filled in. Stacks and artifacts are made from it.
 * @example
 * const home: StateHome = resolveStateHome(stateConfig);
 */
export interface StateHome {
  readonly bucket: StateBucketSettings;
  readonly bootstrap: BootstrapSettings;
  /** The engine of the bootstrap stack. Undefined if the config names none: synth then writes for the default engine. */
  readonly engine: EngineName | undefined;
  readonly locking: Locking;
  readonly legacyTable: string | undefined;
  /** Undefined if the bootstrap stack does not manage the legacy table. */
  readonly manageLegacyTable: LegacyTableManagement | undefined;
  readonly managedPolicies: "all" | "attached";
  /** Most characters of a role's trust policy. */
  readonly trustPolicyQuota: number;
  readonly consumers: readonly Consumer[];
}

/**
 * The state bucket of a home, with every default.
 * @example
 * const { name, region }: StateBucketSettings = home.bucket;
 */
export interface StateBucketSettings {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly partition: Partition;
  readonly encryption: Encryption;
  /** The key that encrypts the state of every consumer without a key of its own. Undefined with SSE-S3. */
  readonly kmsKey: KmsKey | undefined;
  readonly history: HistorySettings;
  readonly accessLogs: AccessLogs | undefined;
  /** See `BucketConfig.retiredKeys`. */
  readonly retiredKey: RetiredKeyConfig | undefined;
  /** The log bucket to release. */
  readonly retiredLogs: AccessLogs | undefined;
  readonly eventBridge: boolean;
  readonly guard: GuardSettings;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * How long S3 keeps replaced versions.
 * @example
 * const history: HistorySettings | undefined = home.bucket.history;
 */
export interface HistorySettings {
  readonly days: number;
  readonly newestVersions: number;
  /** How long it keeps the versions of locks with one of these maps of tags. Undefined if no consumer tags its locks. */
  readonly locks?: { readonly days: number; readonly newestVersions: number; readonly tags: readonly ObjectTags[] };
}

/**
 * See `GuardConfig`.
 * @example
 * const guard: GuardSettings | undefined = home.bucket.guard;
 */
export interface GuardSettings {
  readonly deployers: readonly string[];
  readonly breakGlass: readonly string[];
  readonly breakGlassRequires: BreakGlassProof | undefined;
  readonly network: NetworkPerimeter | undefined;
  readonly organizationRole: OrganizationRole | undefined;
  readonly accounts: readonly string[];
  readonly organization: string | undefined;
  readonly allow: readonly GuardException[];
  readonly organizationPolicies: boolean;
}

/**
 * How the bucket encrypts new objects.
 * @example
 * const encryption: Encryption | undefined = home.bucket.encryption;
 */
export type Encryption =
  | { readonly type: "sse-s3" }
  | { readonly type: "created-key"; readonly alias: string; readonly keyArn: string | undefined }
  | { readonly type: "existing-key"; readonly keyArn: string };

/**
 * Where the bucket writes its access logs.
 * @example
 * const accessLogs: AccessLogs | undefined = home.bucket.accessLogs;
 */
export interface AccessLogs {
  readonly bucket: string;
  /** True if the bootstrap stack creates the bucket. */
  readonly created: boolean;
  readonly prefix: string;
  readonly days: number;
}

/**
 * The bootstrap stack and its own state.
 * @example
 * const { stack, key }: BootstrapSettings = home.bootstrap;
 */
export interface BootstrapSettings {
  readonly stack: string;
  readonly key: string;
  /** `local` until `statelock bootstrap` has moved the state into the bucket and recorded the move. */
  readonly location: "local" | "bucket";
}

/**
 * A consumer of the resolved home: see `ConsumerConfig`.
 * @example
 * const network: Consumer | undefined = home.consumers.find(({ name }) => name === "network");
 */
export interface Consumer {
  readonly name: string;
  readonly type: "cdktf" | "terraform";
  /** Undefined if the config names no engine. */
  readonly engine: EngineName | undefined;
  readonly key: string;
  readonly workspaceKeyPrefix: string | undefined;
  /** The key that encrypts its state. Undefined with SSE-S3. */
  readonly kmsKey: KmsKey | undefined;
  /** The key with which OpenTofu itself encrypts the state. Undefined if it needs no grant. */
  readonly encryptionKey: KmsKey | undefined;
  /** The retired key that may still encrypt its state. Undefined if the consumer has a key of its own. */
  readonly retiredKey: KmsKey | undefined;
  readonly locking: Locking;
  /** Tags of its locks. Undefined if it gives them none. */
  readonly lockTags?: ObjectTags;
  /** Tags of its states. Undefined if it gives them none. */
  readonly stateTags?: ObjectTags;
  readonly assumeRole: AssumeRoleConfig | undefined;
  readonly readerRole: AssumeRoleConfig | undefined;
  /** Every role with each access level, including the made role. */
  readonly access: Readonly<Record<AccessLevel, readonly string[]>>;
  readonly madeRoles: readonly MadeRole[];
}

/**
 * A role that the bootstrap stack creates.
 * @example
 * const trusts = consumer.madeRoles.map(({ name, trust }: MadeRole) => [name, policyJson(trust)]);
 */
export interface MadeRole {
  readonly level: AccessLevel;
  readonly name: string;
  readonly arn: string;
  readonly trust: PolicyDocument;
  readonly permissionsBoundary: string | undefined;
  readonly maxSessionSeconds: number;
}

/** Name of the bootstrap stack. No consumer may have this name. */
export const BOOTSTRAP_STACK = "bootstrap";
