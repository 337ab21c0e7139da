import { DEFAULT_ENGINE } from "../engine/engine";
import { speakingOf } from "../engine/spoken-engine";
import { ACCESS_LEVELS, type AccessLevel } from "../policy/access-level";
import type { KmsKey } from "../policy/kms-key";
import { distinctTags } from "../policy/object-tags";
import { partitionOrDefault } from "../policy/partition";
import { below, refuse, type Problem } from "../problem/problem";
import { recordProblems, type BootstrapRecord } from "../record/bootstrap-record";
import {
  accessLogsProblems,
  bucketNameProblems,
  historyProblems,
  placeProblems,
  tagProblems,
} from "../config/rules/bucket-rules";
import {
  bootstrapKey,
  CONFIG_DEFAULTS,
  consumerKey,
  createdLogBucket,
  defaultKeyAlias,
  lockingOf,
} from "../config/config-defaults";
import { collisionProblems, consumerProblems, legacyTableProblems } from "../config/rules/consumer-rules";
import { deployedKey, deployedKeyProblems, deployedProblems } from "../config/rules/deployed-rules";
import { encryptionProblems } from "../config/rules/encryption-rules";
import {
  fromEnvironment,
  readEnvironment,
  withEnvironment,
  type EnvironmentSettings,
} from "../config/config-environment";
import { organizationRoleOf } from "../config/organization-role";
import { guardProblems, releaseProblems } from "../config/rules/guard-rules";
import { madeRoles, rolesOfLevel } from "../config/made-roles";
import { keyLengthProblems, stateKeyProblems } from "../config/rules/key-rules";
import { stateOverlapProblems, type ConfiguredState } from "../config/rules/overlap-rules";
import { phaseProblems } from "../config/rules/phase-rules";
import { retiredConsumerProblems, retiredProblems } from "../config/rules/retired-rules";
import { lockTagProblems } from "../config/rules/object-tag-rules";
import { madeRolesProblems, roleCollisionProblems } from "../config/rules/role-rules";
import { shapeProblems } from "../config/config-schema";
import { NOTHING_SEEN, type SeenRecord } from "../record/migration-record";
import type { BucketConfig, ConsumerConfig, StateConfig } from "../config/state-config";
import {
  BOOTSTRAP_STACK,
  type Consumer,
  type Encryption,
  type GuardSettings,
  type HistorySettings,
  type StateHome,
} from "../config/state-home";

/**
 * What else decides how Statelock reads a config.
 * @example
 * const context: ResolveContext = { environment: process.env };
 */
export interface ResolveContext {
  /** Environment variables that override the config. @default - none */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The content of `bootstrap.state.json`. @default - none: the bootstrap stack's state is local */
  readonly record?: BootstrapRecord | undefined;
  /** The content of `statelock.migration.json`. @default - none: any consumer may be in any phase */
  readonly seen?: SeenRecord;
}

/**
 * Checks a config and fills in every default.
 * @throws UserError with every problem of the config
 * @example
 * const home = resolveStateHome(stateConfig, { environment: process.env });
 */
export function resolveStateHome(given: StateConfig, context: ResolveContext = {}): StateHome {
  refuse(shapeProblems(given));
  return speakingOf(given.engine ?? DEFAULT_ENGINE, () => checkedHome(given, context));
}

function checkedHome(given: StateConfig, context: ResolveContext): StateHome {
  const environment = readEnvironment(context.environment ?? {});
  const config = withEnvironment(given, environment);
  const key = deployedKey(context.record, environment, config.bucket);
  const problems = configProblems(config, context.record, environment).map((problem) =>
    fromEnvironment(problem, environment),
  );
  const deployed = deployedKeyProblems(key, config.bucket);
  refuse([...problems, ...deployed, ...phaseProblems(config, context.seen ?? NOTHING_SEEN)]);
  return fillIn(config, context.record !== undefined || environment.bootstrapInBucket, key?.arn);
}

/**
 * Returns every problem of a config that has the right shape.
 * @example
 * for (const { path, message } of configProblems(stateConfig)) console.error(path, message);
 */
export function configProblems(
  config: StateConfig,
  record?: BootstrapRecord,
  environment: EnvironmentSettings = readEnvironment({}),
): Problem[] {
  const { bucket, consumers } = config;
  return [
    ...below("bucket", [
      ...bucketNameProblems(bucket),
      ...placeProblems(bucket),
      ...encryptionProblems(bucket),
      ...historyProblems(bucket.history),
      ...accessLogsProblems(bucket),
      ...retiredProblems(bucket),
      ...tagProblems(bucket.tags ?? {}),
      ...below("guard", guardProblems(bucket)),
      ...bootstrapKeyProblems(bootstrapKey(bucket)),
    ]),
    ...retiredConsumerProblems(config),
    ...lockTagProblems(config),
    ...legacyTableProblems(config),
    ...collisionProblems(consumers),
    ...consumers.flatMap((consumer, index) =>
      below(`consumers[${String(index)}]`, consumerProblems(consumer, consumerKey(consumer), config)),
    ),
    ...below("madeRoles", madeRolesProblems(config)),
    ...roleCollisionProblems(config),
    ...releaseProblems(config),
    ...stateOverlapProblems(places(config)),
    ...(record === undefined
      ? []
      : [...recordProblems(record, config, bootstrapKey(bucket)), ...deployedProblems(record, config, environment)]),
  ];
}

function bootstrapKeyProblems(key: string): Problem[] {
  const problems = [...stateKeyProblems(key), ...keyLengthProblems(key, undefined)];
  return problems.map((problem) => ({ ...problem, path: "bootstrapKey" }));
}

function places(config: StateConfig): ConfiguredState[] {
  return [
    {
      label: "the bootstrap stack",
      keyPath: "bucket.bootstrapKey",
      prefixPath: "bucket",
      key: bootstrapKey(config.bucket),
      workspaceKeyPrefix: undefined,
    },
    ...config.consumers.map((consumer, index) => ({
      label: `consumer "${consumer.name}"`,
      keyPath: `consumers[${String(index)}].key`,
      prefixPath: `consumers[${String(index)}].workspaceKeyPrefix`,
      key: consumerKey(consumer),
      workspaceKeyPrefix: consumer.workspaceKeyPrefix,
    })),
  ];
}

function fillIn(config: StateConfig, bootstrapInBucket: boolean, deployedKeyArn: string | undefined): StateHome {
  const { bucket } = config;
  const encryption = fillInEncryption(bucket, deployedKeyArn);
  const retired = retiredKey(bucket, deployedKeyArn);
  return {
    bucket: {
      name: bucket.name,
      region: bucket.region,
      account: bucket.account,
      partition: partitionOrDefault(bucket.region),
      encryption,
      kmsKey: bucketKey(encryption, bucket),
      history: fillInHistory(config),
      accessLogs: bucket.accessLogs && {
        bucket: bucket.accessLogs.bucket ?? createdLogBucket(bucket),
        created: bucket.accessLogs.bucket === undefined,
        prefix: bucket.accessLogs.prefix ?? `${bucket.name}/`,
        days: bucket.accessLogs.days ?? CONFIG_DEFAULTS.accessLogDays,
      },
      retiredKey: bucket.retiredKeys?.[0],
      retiredLogs: bucket.retiredLogBucket && {
        bucket: createdLogBucket(bucket),
        created: true,
        prefix: `${bucket.name}/`,
        days: CONFIG_DEFAULTS.accessLogDays,
      },
      eventBridge: bucket.eventBridge ?? CONFIG_DEFAULTS.eventBridge,
      guard: fillInGuard(bucket),
      tags: bucket.tags ?? {},
    },
    bootstrap: { stack: BOOTSTRAP_STACK, key: bootstrapKey(bucket), location: bootstrapInBucket ? "bucket" : "local" },
    engine: config.engine,
    locking: lockingOf({}, config),
    legacyTable: config.legacyTable,
    manageLegacyTable: config.manageLegacyTable,
    managedPolicies: config.managedPolicies ?? CONFIG_DEFAULTS.managedPolicies,
    trustPolicyQuota: config.madeRoles?.trustPolicyQuota ?? CONFIG_DEFAULTS.trustPolicyQuota,
    consumers: config.consumers.map((consumer) => fillInConsumer(consumer, config, encryption, retired)),
  };
}

function fillInConsumer(
  consumer: ConsumerConfig,
  config: StateConfig,
  encryption: Encryption,
  retired: KmsKey | undefined,
): Consumer {
  const access = ACCESS_LEVELS.map((level): [AccessLevel, readonly string[]] => [
    level,
    rolesOfLevel(config.bucket, consumer, level),
  ]);
  return {
    name: consumer.name,
    type: consumer.type ?? CONFIG_DEFAULTS.consumerType,
    engine: consumer.engine ?? config.engine,
    key: consumerKey(consumer),
    workspaceKeyPrefix: consumer.workspaceKeyPrefix,
    kmsKey: consumer.kmsKeyArn === undefined ? bucketKey(encryption, config.bucket) : { arn: consumer.kmsKeyArn },
    encryptionKey: consumer.encryptionKeyArn === undefined ? undefined : { arn: consumer.encryptionKeyArn },
    retiredKey: consumer.kmsKeyArn === undefined ? retired : undefined,
    locking: lockingOf(consumer, config),
    ...(consumer.lockTags === undefined ? {} : { lockTags: consumer.lockTags }),
    ...(consumer.stateTags === undefined ? {} : { stateTags: consumer.stateTags }),
    assumeRole: consumer.assumeRole,
    readerRole: consumer.readerRole,
    access: Object.fromEntries(access) as Record<AccessLevel, readonly string[]>,
    madeRoles: madeRoles(config, consumer),
  };
}

function fillInHistory({ bucket, consumers }: StateConfig): HistorySettings {
  const { days = CONFIG_DEFAULTS.historyDays, newestVersions = CONFIG_DEFAULTS.newestVersions } = bucket.history ?? {};
  const tags = distinctTags(consumers.map(({ lockTags }) => lockTags));
  if (tags.length === 0) return { days, newestVersions };
  const locks = {
    days: Math.min(days, bucket.history?.lockDays ?? CONFIG_DEFAULTS.lockDays),
    newestVersions: Math.min(newestVersions, CONFIG_DEFAULTS.newestLocks),
    tags,
  };
  return { days, newestVersions, locks };
}

function fillInGuard({ guard = {} }: BucketConfig): GuardSettings {
  return {
    deployers: guard.deployers ?? [],
    breakGlass: guard.breakGlass ?? [],
    breakGlassRequires: guard.breakGlassRequires,
    network: guard.network,
    organizationRole: organizationRoleOf(guard),
    accounts: guard.accounts ?? [],
    organization: guard.organization,
    allow: guard.allow ?? [],
    organizationPolicies: guard.organizationPolicies ?? false,
  };
}

function fillInEncryption(bucket: BucketConfig, deployedKeyArn: string | undefined): Encryption {
  const encryption = bucket.encryption ?? CONFIG_DEFAULTS.encryption;
  if (encryption.type !== "created-key") return encryption;
  const { alias = defaultKeyAlias(bucket), keyArn = deployedKeyArn } = encryption;
  return { type: "created-key", alias, keyArn };
}

/** Returns the retired key as policies name it, while the stack manages its alias. */
function retiredKey(
  { retiredKeys: [retired] = [], account }: BucketConfig,
  arn: string | undefined,
): KmsKey | undefined {
  if (retired?.management !== "kept") return undefined;
  return arn === undefined ? { alias: retired.alias, account } : { arn };
}

function bucketKey(encryption: Encryption, bucket: BucketConfig): KmsKey | undefined {
  if (encryption.type === "sse-s3") return undefined;
  if (encryption.keyArn !== undefined) return { arn: encryption.keyArn };
  return encryption.type === "created-key" ? { alias: encryption.alias, account: bucket.account } : undefined;
}
