import { ACCESS_LEVELS, locksInDynamoDb, type AccessLevel } from "../../policy/access-level";
import { DEFAULT_ENGINE, productOf } from "../../engine/engine";
import { accountOf, isPermissionSetRole, parseArn, roleName } from "../../policy/arn";
import { DIGEST_SUFFIX } from "../../policy/dynamodb-access";
import { below, found, shown, type Problem } from "../../problem/problem";
import { lockingOf } from "../config-defaults";
import { assumeRoleProblems, kmsKeyArnProblems, roleArnProblems } from "./arn-rules";
import { keyLengthProblems, stateKeyProblems, workspacePrefixProblems } from "./key-rules";
import { isOrganizationAccess } from "../organization-role";
import { IAM_PATH, managedPolicyName } from "../made-roles";
import { objectTagProblems } from "./object-tag-rules";
import { roleProblems } from "./role-rules";
import type { ConsumerConfig, StateConfig } from "../state-config";
import { BOOTSTRAP_STACK } from "../state-home";

/** The levels whose roles the guard names. */
const GUARDED_LEVELS: readonly AccessLevel[] = ["unlocker", "workspace-admin"];

/** Checks one consumer without the others. It checks a default as if the config had it. */
export function consumerProblems(consumer: ConsumerConfig, key: string, config: StateConfig): Problem[] {
  const { workspaceKeyPrefix, kmsKeyArn, assumeRole, readerRole } = consumer;
  const { bucket } = config;
  const ofName = nameProblems(consumer.name);
  return [
    ...ofName,
    ...(ofName.length > 0 && consumer.key === undefined ? [] : stateKeyProblems(key)),
    ...(workspaceKeyPrefix === undefined ? [] : workspacePrefixProblems(workspaceKeyPrefix)),
    ...keyLengthProblems(key, workspaceKeyPrefix),
    ...(kmsKeyArn === undefined ? [] : kmsKeyArnProblems(kmsKeyArn, "kmsKeyArn", bucket)),
    ...encryptionKeyProblems(consumer, config),
    ...objectTagProblems(consumer, config),
    ...(assumeRole === undefined ? [] : assumeRoleProblems(assumeRole, "assumeRole", bucket)),
    ...(readerRole === undefined ? [] : assumeRoleProblems(readerRole, "readerRole", bucket)),
    ...lockingProblems(consumer, key, config),
    ...accessProblems(consumer, config),
    ...roleProblems(consumer, config),
  ];
}

/** Checks the key with which the engine itself encrypts. Its region is its own: the engine calls KMS without S3. */
function encryptionKeyProblems(consumer: ConsumerConfig, { bucket, ...config }: StateConfig): Problem[] {
  const { encryptionKeyArn: arn, engine = config.engine ?? DEFAULT_ENGINE } = consumer;
  if (arn === undefined) return [];
  const created = bucket.encryption?.type === "created-key" ? bucket.encryption.keyArn : undefined;
  return [
    ...kmsKeyArnProblems(arn, "encryptionKeyArn", { ...bucket, region: parseArn(arn)?.region ?? bucket.region }),
    ...found([
      engine !== "tofu" && {
        code: "engine-option",
        path: "encryptionKeyArn",
        message: `must not be set for ${productOf(engine)}, which cannot encrypt states itself`,
        fix: 'Set engine: "tofu", or remove it. For encryption by S3, use kmsKeyArn.',
      },
      arn === created && {
        code: "kms-key",
        path: "encryptionKeyArn",
        message: `must not be the key that the bootstrap stack creates, got ${shown(arn)}: its policy allows calls through S3 alone`,
        fix: "Use a key of its own.",
      },
    ]),
  ];
}

/** Returns a problem for each name that differs from an earlier one only in case: file systems may fold case. */
export function collisionProblems(consumers: readonly ConsumerConfig[]): Problem[] {
  const first = new Map<string, string>();
  return consumers.flatMap(({ name }, index) => {
    const folded = name.toLowerCase();
    const taken = first.get(folded);
    first.set(folded, taken ?? name);
    return found([
      taken !== undefined && {
        code: "duplicate-name",
        path: `consumers[${String(index)}].name`,
        message: `must be unique in any case, got ${shown(name)} after ${shown(taken)}`,
        fix: "Rename one: files and stacks carry this name.",
      },
    ]);
  });
}

/** Checks the legacy table. Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
export function legacyTableProblems(config: StateConfig): Problem[] {
  const { legacyTable, manageLegacyTable, consumers } = config;
  const users = consumers.filter((consumer) => locksInDynamoDb(lockingOf(consumer, config)));
  return found([
    manageLegacyTable !== undefined &&
      legacyTable === undefined && {
        code: "legacy-table",
        path: "manageLegacyTable",
        message: `must not be set without legacyTable, got ${shown(manageLegacyTable)}`,
        fix: "Name the table in legacyTable. Once you have retired it, remove both fields: the next deploy deletes the table.",
      },
    manageLegacyTable === "unprotected" &&
      users.length > 0 && {
        code: "legacy-table-in-use",
        path: "manageLegacyTable",
        message: `must be "protected" while consumers lock in the table, got "unprotected" with ${users.map(({ name }) => shown(name)).join(", ")}`,
        fix: 'Bring every consumer to locking: "lockfile" first (docs/how-to/leave-dynamodb.md).',
      },
    legacyTable !== undefined &&
      !/^[\w.-]{3,255}$/.test(legacyTable) && {
        code: "legacy-table",
        path: "legacyTable",
        message: `must be 3 to 255 letters, digits, "_", "." or "-", got ${shown(legacyTable)}`,
        fix: "Use the table's name, not its ARN.",
      },
  ]);
}

function nameProblems(name: string): Problem[] {
  const at = (message: string, fix: string): Problem => ({ code: "consumer-name", path: "name", message, fix });
  return found([
    !/^[A-Za-z0-9][\w-]{0,47}$/.test(name) &&
      at(
        `must be 1 to 48 letters, digits, "-" and "_", and begin with a letter or digit, got ${shown(name)}`,
        "Rename the consumer. Its state key may hold other characters.",
      ),
    name.toLowerCase() === BOOTSTRAP_STACK &&
      at(
        `must not be "${BOOTSTRAP_STACK}", got ${shown(name)}`,
        "Choose another name: this is the stack of the bucket itself.",
      ),
  ]);
}

function lockingProblems(consumer: ConsumerConfig, key: string, config: StateConfig): Problem[] {
  const locking = lockingOf(consumer, config);
  return found([
    locksInDynamoDb(locking) &&
      config.legacyTable === undefined && {
        code: "locking",
        path: "locking",
        message: `must be "lockfile" without legacyTable, got ${shown(locking)}`,
        fix: "Name the DynamoDB table in legacyTable, or remove locking: a new state home needs no table.",
      },
    locksInDynamoDb(locking) &&
      key.endsWith(DIGEST_SUFFIX) && {
        code: "state-key",
        path: "key",
        message: `must not end in ${DIGEST_SUFFIX} while locking is ${shown(locking)}, got ${shown(key)}`,
        fix: `Choose another key, or lock with "lockfile": the table keeps the digest of ${shown(key.slice(0, -DIGEST_SUFFIX.length))} under this name.`,
      },
  ]);
}

function accessProblems(consumer: ConsumerConfig, config: StateConfig): Problem[] {
  const { bucket } = config;
  const accounts = [bucket.account, ...(bucket.guard?.accounts ?? [])];
  const inTable = locksInDynamoDb(lockingOf(consumer, config));
  return ACCESS_LEVELS.flatMap((level) => {
    const roles = consumer.access?.[level] ?? [];
    const path = `access.${level}`;
    const at = (index: number): string => `${path}[${String(index)}]`;
    return [
      ...roles.flatMap((role, index) => {
        const isOurs = isOrganizationAccess(role, consumer, bucket);
        return roleArnProblems(role, at(index), bucket, isOurs ? [...accounts, accountOf(role)] : accounts);
      }),
      ...below(path, duplicateProblems(roles)),
      ...found([
        ...roles.map(
          (role, index) =>
            inTable &&
            accounts.slice(1).includes(accountOf(role)) && {
              code: "cross-account-table",
              path: at(index),
              message: `must be in the legacy table's account ${bucket.account} while the consumer locks in the table, got ${shown(role)}`,
              fix: 'Lock with "lockfile", or let that role assume a role in the bucket\'s account (assumeRole).',
            },
        ),
        ...roles.map((role, index) => permissionSetProblem(role, at(index), level, consumer, config)),
        level === "workspace-admin" &&
          roles.length > 0 &&
          consumer.workspaceKeyPrefix === undefined && {
            code: "workspace-admin",
            path,
            message: `must not be set without workspaceKeyPrefix, got ${shown(roles)}`,
            fix: "Set workspaceKeyPrefix: without it, the consumer has no workspaces to administer.",
          },
      ]),
    ];
  });
}

/**
 * Refuses a role of IAM Identity Center, because IAM attaches nothing to it and `access` would give it nothing. For the
 * levels whose roles the guard names, the config still has to name it.
 */
function permissionSetProblem(
  role: string,
  path: string,
  level: AccessLevel,
  { name }: ConsumerConfig,
  { bucket, managedPolicies }: StateConfig,
): Problem | false {
  if (GUARDED_LEVELS.includes(level) || accountOf(role) !== bucket.account || !isPermissionSetRole(role)) return false;
  const all = managedPolicies === "attached" ? ' Set managedPolicies to "all", so that the policy exists.' : "";
  return {
    code: "permission-set",
    path,
    message: `must be a role that accepts a policy, got ${shown(role)}, which IAM Identity Center manages`,
    fix: `Remove it, and reference the customer managed policy "${managedPolicyName(bucket.name, name, level)}" with the path ${IAM_PATH} in its permission set.${all}`,
  };
}

/** Returns a problem for each role that is named twice. IAM compares role names without path and case. */
function duplicateProblems(roles: readonly string[]): Problem[] {
  const names = roles.map((role) => `${accountOf(role)}/${roleName(role).toLowerCase()}`);
  return roles.flatMap((role, index) =>
    found([
      names.indexOf(names[index] ?? "") !== index && {
        code: "duplicate-role",
        path: `[${String(index)}]`,
        message: `must appear once, got ${shown(role)} again`,
        fix: "Remove the repetition: an account has one role of a name, on any path.",
      },
    ]),
  );
}
