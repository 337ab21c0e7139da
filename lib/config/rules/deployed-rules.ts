import { program } from "../../engine/spoken-engine";
import { found, shown, type Problem } from "../../problem/problem";
import {
  BOOTSTRAP_RECORD_FILE,
  type BootstrapRecord,
  type DeployedConsumer,
  type DeployedHome,
} from "../../record/bootstrap-record";
import { consumerKey, createdLogBucket, defaultKeyAlias } from "../config-defaults";
import { ENVIRONMENT_VARIABLES, type EnvironmentSettings } from "../config-environment";
import { kmsKeyArnProblems } from "./arn-rules";
import type { BucketConfig, StateConfig } from "../state-config";

const HOW_TO = "docs/how-to/change-encryption.md";

/**
 * Returns a problem for each key, log bucket, state key, workspace prefix and consumer that is deployed and that the config dropped or changed. An old
 * record has no list and refuses nothing. `recordProblems` compares bucket, region, account and bootstrap key.
 */
export function deployedProblems(
  { deployed }: BootstrapRecord,
  config: StateConfig,
  { isBootstrap }: Pick<EnvironmentSettings, "isBootstrap">,
): Problem[] {
  if (deployed === undefined) return [];
  return [
    ...found([createdKeyProblem(deployed, config.bucket), logBucketProblem(deployed, config.bucket)]),
    ...consumerKeyProblems(deployed, config),
    ...(isBootstrap ? [] : [...droppedPolicyProblems(deployed, config), ...prefixProblems(deployed, config)]),
  ];
}

/** Returns a problem for each consumer that the config dropped although the stack manages policies for its state. */
function droppedPolicyProblems({ consumers }: DeployedHome, config: StateConfig): Problem[] {
  const names = new Set([...config.consumers.map(({ name }) => name), ...(config.retiredConsumers ?? [])]);
  const isKept = ({ key, workspaceKeyPrefix: prefix }: DeployedConsumer): boolean =>
    config.consumers.some(
      (other) => consumerKey(other) === key && (prefix === undefined || other.workspaceKeyPrefix === prefix),
    );
  return consumers
    .filter((consumer) => consumer.hasPolicies === true && !names.has(consumer.name) && !isKept(consumer))
    .map(({ name }) => ({
      code: "destroys-data",
      path: "consumers",
      message: `must keep ${shown(name)}, whose policies are deployed (${BOOTSTRAP_RECORD_FILE}), got a config without it`,
      fix: `Add the consumer again, or run \`statelock bootstrap\`, which deletes the policies only if the state is gone or moved. If you know that it is, add ${shown(name)} to retiredConsumers.`,
    }));
}

/** Returns a problem for each consumer whose policies would no longer name the states of its workspaces. */
function prefixProblems({ consumers }: DeployedHome, config: StateConfig): Problem[] {
  return config.consumers.flatMap(({ name, workspaceKeyPrefix: configured }, index) => {
    const before = consumers.find((consumer) => consumer.name === name);
    const prefix = before?.workspaceKeyPrefix;
    if (prefix === undefined || prefix === configured || before?.hasPolicies !== true) return [];
    return [
      {
        code: "destroys-data",
        path: `consumers[${String(index)}].workspaceKeyPrefix`,
        message: `must stay ${shown(prefix)}, which is deployed (${BOOTSTRAP_RECORD_FILE}), got ${configured === undefined ? "nothing" : shown(configured)}`,
        fix: "Restore the prefix, or run `statelock bootstrap`, which takes it out of the policies only if no workspace has a state there.",
      },
    ];
  });
}

/** The ARN of the key that the bootstrap stack manages, and where it is written. */
interface DeployedKey {
  readonly arn: string;
  readonly place: string;
}

/**
 * Returns the key that the bootstrap stack manages, from its state or from the record. Undefined until it is deployed, and if
 * the record is about another place, which `recordProblems` refuses.
 */
export function deployedKey(
  record: BootstrapRecord | undefined,
  { createdKeyArn }: EnvironmentSettings,
  { region, account }: BucketConfig,
): DeployedKey | undefined {
  if (createdKeyArn !== undefined) return { arn: createdKeyArn, place: ENVIRONMENT_VARIABLES.createdKey };
  if (record?.region !== region || record.account !== account) return undefined;
  const arn = record.deployed?.createdKey?.keyArn;
  return arn === undefined ? undefined : { arn, place: BOOTSTRAP_RECORD_FILE };
}

/** Returns a problem if the deployed key cannot be the bucket's, or if the config names another one. */
export function deployedKeyProblems(key: DeployedKey | undefined, bucket: BucketConfig): Problem[] {
  if (key === undefined) return [];
  const { arn, place } = key;
  const keyArn = bucket.encryption?.type === "created-key" ? bucket.encryption.keyArn : undefined;
  return [
    ...kmsKeyArnProblems(arn, place, bucket).map((problem) => ({
      ...problem,
      message: `deployed.createdKey.keyArn ${problem.message}`,
      fix: `Restore ${BOOTSTRAP_RECORD_FILE} from version control, or run \`statelock bootstrap\`, which writes it again.`,
    })),
    ...found([
      keyArn !== undefined &&
        keyArn !== arn && {
          code: "kms-key",
          path: "bucket.encryption.keyArn",
          message: `must be the created key ${arn}, which is deployed (${place}), got ${shown(keyArn)}`,
          fix: "Remove keyArn: Statelock knows the ARN of the created key from its record.",
        },
    ]),
  ];
}

function createdKeyProblem({ createdKey }: DeployedHome, bucket: BucketConfig): Problem | false {
  if (createdKey === undefined) return false;
  const { alias } = createdKey;
  const { encryption } = bucket;
  if (encryption?.type === "created-key") {
    const configured = encryption.alias ?? defaultKeyAlias(bucket);
    return (
      configured !== alias && {
        code: "destroys-data",
        path: "bucket.encryption.alias",
        message: `must stay ${shown(alias)}, which is deployed (${BOOTSTRAP_RECORD_FILE}), got ${shown(configured)}`,
        fix: `Restore the alias: policies find the key by it. For another name, add a second alias with aws kms create-alias. For another key, take the two steps in ${HOW_TO}.`,
      }
    );
  }
  const isRetired = (bucket.retiredKeys ?? []).some((retired) => retired.alias === alias);
  return (
    !isRetired && {
      code: "destroys-data",
      path: "bucket.encryption",
      message: `must keep the created key ${shown(alias)}, which is deployed (${BOOTSTRAP_RECORD_FILE}), got ${shown(encryption ?? { type: "sse-s3" })} without it`,
      fix: `Restore { type: "created-key" }: without the key, nobody can read the states that it encrypts. To stop using it, add retiredKeys: [{ alias: ${shown(alias)}, management: "kept" }] and take the two steps in ${HOW_TO}.`,
    }
  );
}

function logBucketProblem({ logBucket }: DeployedHome, bucket: BucketConfig): Problem | false {
  const { accessLogs: logs } = bucket;
  const isCreated = logs !== undefined && logs.bucket === undefined && createdLogBucket(bucket) === logBucket;
  return (
    logBucket !== undefined &&
    !isCreated &&
    bucket.retiredLogBucket === undefined && {
      code: "destroys-data",
      path: "bucket.accessLogs",
      message: `must keep the created log bucket ${shown(logBucket)}, which is deployed (${BOOTSTRAP_RECORD_FILE}), got ${logs === undefined ? "nothing" : shown(logs)}`,
      fix: `Restore accessLogs. To stop the logs, add retiredLogBucket: "released" and take the two steps in ${HOW_TO}.`,
    }
  );
}

function consumerKeyProblems({ consumers }: DeployedHome, config: StateConfig): Problem[] {
  return config.consumers.flatMap((consumer, index) => {
    const before = consumers.find(({ name }) => name === consumer.name);
    const key = consumerKey(consumer);
    if (before === undefined || before.key === key) return [];
    return [
      {
        code: "destroys-data",
        path: `consumers[${String(index)}].key`,
        message: `must stay ${shown(before.key)}, which is deployed (${BOOTSTRAP_RECORD_FILE}), got ${shown(key)}`,
        fix: `Restore the key: its policies would leave the state behind. To move the state, add a consumer with another name and the new key, run ${program()} init -migrate-state in its root, then remove this consumer.`,
      },
    ];
  });
}
