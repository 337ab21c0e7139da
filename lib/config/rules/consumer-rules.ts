import { ACCESS_LEVELS, locksInDynamoDb, type AccessLevel } from "../../policy/access-level";
import { accountOf, isPermissionSetRole, roleName } from "../../policy/arn";
import { DIGEST_SUFFIX } from "../../policy/dynamodb-access";
import { below, found, shown, type Problem } from "../../problem/problem";
import { assumeRoleProblems, kmsKeyArnProblems, roleArnProblems } from "./arn-rules";
import { keyLengthProblems, stateKeyProblems, workspacePrefixProblems } from "./key-rules";
import { IAM_PATH, managedPolicyName } from "../made-roles";
import { roleProblems } from "./role-rules";
import type { ConsumerConfig, StateConfig } from "../state-config";
import { BOOTSTRAP_STACK } from "../state-home";

/** The levels that the guard knows by name. */
const GUARDED_LEVELS: readonly AccessLevel[] = ["unlocker", "workspace-admin"];

/** Problems of one consumer on its own. What it defaults to is checked as if it had been written. */
export function consumerProblems(consumer: ConsumerConfig, key: string, config: StateConfig): Problem[] {
  const { workspaceKeyPrefix, kmsKeyArn, assumeRole, readerRole } = consumer;
  const { bucket } = config;
  return [
    ...nameProblems(consumer.name),
    ...(nameProblems(consumer.name).length > 0 && consumer.key === undefined ? [] : stateKeyProblems(key)),
    ...(workspaceKeyPrefix === undefined ? [] : workspacePrefixProblems(workspaceKeyPrefix)),
    ...keyLengthProblems(key, workspaceKeyPrefix),
    ...(kmsKeyArn === undefined ? [] : kmsKeyArnProblems(kmsKeyArn, "kmsKeyArn", bucket)),
    ...(assumeRole === undefined ? [] : assumeRoleProblems(assumeRole, "assumeRole", bucket)),
    ...(readerRole === undefined ? [] : assumeRoleProblems(readerRole, "readerRole", bucket)),
    ...lockingProblems(consumer, key, config),
    ...accessProblems(consumer, config),
    ...roleProblems(consumer, config),
  ];
}

/** Names become construct ids, file names and parts of IAM names, on file systems that may fold case. */
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
        message: `must be unique whatever its case, got ${shown(name)}, and ${shown(taken)} is there already`,
        fix: "Rename one: files and stacks are named after it.",
      },
    ]);
  });
}

/** A legacy table's name. Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
export function legacyTableProblems({ legacyTable, manageLegacyTable, consumers, locking }: StateConfig): Problem[] {
  const users = consumers.filter((consumer) => locksInDynamoDb(consumer.locking ?? locking ?? "lockfile"));
  return found([
    manageLegacyTable !== undefined &&
      legacyTable === undefined && {
        code: "legacy-table",
        path: "manageLegacyTable",
        message: `must be left out where no legacyTable is named, got ${shown(manageLegacyTable)}`,
        fix: "Name the table in legacyTable; when it is retired, remove both: the next deploy deletes it.",
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
        fix: "Give the table's name, not its ARN.",
      },
  ]);
}

function nameProblems(name: string): Problem[] {
  const at = (message: string, fix: string): Problem => ({ code: "consumer-name", path: "name", message, fix });
  return found([
    !/^[A-Za-z0-9][\w-]{0,47}$/.test(name) &&
      at(
        `must be 1 to 48 letters, digits, "-" and "_", and begin with a letter or digit, got ${shown(name)}`,
        "Rename the consumer; its state key may hold more.",
      ),
    name.toLowerCase() === BOOTSTRAP_STACK &&
      at(
        `must not be "${BOOTSTRAP_STACK}", got ${shown(name)}`,
        "That is the stack of the bucket itself; choose another name.",
      ),
  ]);
}

function lockingProblems(consumer: ConsumerConfig, key: string, config: StateConfig): Problem[] {
  const locking = consumer.locking ?? config.locking ?? "lockfile";
  return found([
    locksInDynamoDb(locking) &&
      config.legacyTable === undefined && {
        code: "locking",
        path: "locking",
        message: `must be "lockfile" where no legacyTable is named, got ${shown(locking)}`,
        fix: "Name the DynamoDB table in legacyTable, or remove locking: new state homes need no table.",
      },
    locksInDynamoDb(locking) &&
      key.endsWith(DIGEST_SUFFIX) && {
        code: "state-key",
        path: "key",
        message: `must not end in ${DIGEST_SUFFIX} while locking is ${shown(locking)}, got ${shown(key)}`,
        fix: `In the table that item is the digest of the state ${shown(key.slice(0, -DIGEST_SUFFIX.length))}; choose another key, or lock with "lockfile".`,
      },
  ]);
}

function accessProblems(consumer: ConsumerConfig, config: StateConfig): Problem[] {
  const { bucket, locking } = config;
  const accounts = [bucket.account, ...(bucket.guard?.accounts ?? [])];
  const inTable = locksInDynamoDb(consumer.locking ?? locking ?? "lockfile");
  return ACCESS_LEVELS.flatMap((level) => {
    const roles = consumer.access?.[level] ?? [];
    const path = `access.${level}`;
    return [
      ...roles.flatMap((role, index) => roleArnProblems(role, `${path}[${String(index)}]`, bucket, accounts)),
      ...below(path, duplicateProblems(roles)),
      ...found([
        ...roles.map(
          (role, index) =>
            inTable &&
            accounts.slice(1).includes(accountOf(role)) && {
              code: "cross-account-table",
              path: `${path}[${String(index)}]`,
              message: `must lie in the account ${bucket.account} of the legacy table while the consumer locks in it, got ${shown(role)}`,
              fix: 'Lock with "lockfile", or let that role assume one of the bucket\'s account (assumeRole).',
            },
        ),
        ...roles.map((role, index) => permissionSetProblem(role, `${path}[${String(index)}]`, level, consumer, config)),
        level === "workspace-admin" &&
          roles.length > 0 &&
          consumer.workspaceKeyPrefix === undefined && {
            code: "workspace-admin",
            path,
            message: `must be left out without workspaceKeyPrefix, got ${shown(roles)}`,
            fix: "Give the consumer a workspaceKeyPrefix: without one it has no workspaces to administer.",
          },
      ]),
    ];
  });
}

/**
 * Nothing can be attached to a role of IAM Identity Center, so naming it gives it nothing. Where the guard has to know
 * who has the level, it is named all the same.
 */
function permissionSetProblem(
  role: string,
  path: string,
  level: AccessLevel,
  { name }: ConsumerConfig,
  { bucket, managedPolicies }: StateConfig,
): Problem | false {
  if (GUARDED_LEVELS.includes(level) || accountOf(role) !== bucket.account || !isPermissionSetRole(role)) return false;
  const all = managedPolicies === "attached" ? ' (set managedPolicies to "all", so that it is made)' : "";
  return {
    code: "permission-set",
    path,
    message: `must be a role that a policy can be attached to, got ${shown(role)}, which IAM Identity Center manages`,
    fix: `Leave it out, and reference the customer managed policy "${managedPolicyName(bucket.name, name, level)}" with the path ${IAM_PATH} in its permission set${all}.`,
  };
}

/** In an account a role's name is unique whatever its path and its case. */
function duplicateProblems(roles: readonly string[]): Problem[] {
  const names = roles.map((role) => `${accountOf(role)}/${roleName(role).toLowerCase()}`);
  return roles.flatMap((role, index) =>
    names.indexOf(names[index] ?? "") === index
      ? []
      : [
          {
            code: "duplicate-role",
            path: `[${String(index)}]`,
            message: `must be named once, got ${shown(role)} again`,
            fix: "Remove the repetition: an account has one role of a name, whatever its path.",
          },
        ],
  );
}
