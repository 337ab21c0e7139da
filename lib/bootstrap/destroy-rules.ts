import { program } from "../engine/spoken-engine";
import { LOCK_SUFFIX } from "../state/state-keys";
import { listOf, type Statement } from "../policy/policy-document";
import { parseJson } from "../text/parse-json";
import { shown, type Problem } from "../problem/problem";
import type { Plan, ResourceChange } from "./bootstrap-ports";

const HOW_TO = "docs/how-to/change-encryption.md";

/** A managed policy that a plan deletes, replaces, or takes states from. */
export interface DestroyedPolicy {
  readonly address: string;
  /** Keys of the states that it loses; `*` stands for a workspace. Empty if a deleted document names no state. */
  readonly stateKeys: readonly string[];
  /** Keys that an updated policy still names. Empty if the plan deletes or replaces the policy. */
  readonly keptKeys: readonly string[];
}

/** Returns a problem for each bucket, key, alias and protected table that a plan would delete or replace. */
export function dataProblems(plan: Plan): Problem[] {
  return plan.changes.filter(isDestroyed).flatMap(({ address, type, action, before }) => {
    const fix = fixOf(address, type, before);
    if (fix === undefined) return [];
    const name = before["bucket"] ?? before["name"] ?? before["arn"] ?? before["id"];
    return [
      {
        code: "destroys-data",
        path: address,
        message: `must stay, but the plan would ${action} it${name === undefined ? "" : `: ${shown(name)}`}`,
        fix: `${fix} Statelock changed nothing.`,
      },
    ];
  });
}

/** Returns the managed policies that a plan would delete or replace, or whose update no longer names a state. */
export function destroyedPolicies(plan: Plan): DestroyedPolicy[] {
  return plan.changes.flatMap((change) => {
    const { address, type, action, before, values } = change;
    if (type !== "aws_iam_policy") return [];
    const keptKeys = action === "update" ? stateKeysIn(values["policy"]) : [];
    const stateKeys = stateKeysIn(before["policy"]).filter((key) => !keptKeys.includes(key));
    const isCut = keptKeys.length > 0 && stateKeys.length > 0;
    return isDestroyed(change) || isCut ? [{ address, stateKeys, keptKeys }] : [];
  });
}

/** Returns the problem of a policy that would no longer name a state that exists. */
export function policyProblem({ address, keptKeys }: DestroyedPolicy, state: string): Problem {
  if (keptKeys.length > 0)
    return {
      code: "destroys-data",
      path: address,
      message: `must name the state while it exists, but the plan would take it out: ${state}`,
      fix: `Restore the consumer's key and workspaceKeyPrefix. To move the state, add a consumer with another name and the new key, run ${program()} init -migrate-state in its root, then remove this consumer. Statelock changed nothing.`,
    };
  return {
    code: "destroys-data",
    path: address,
    message: `must stay while its consumer's state exists, but the plan would delete it: ${state}`,
    fix: `Add the consumer to the config again. To remove it on purpose, take two steps: first destroy what its state manages, or move the state to another consumer's key (${program()} init -migrate-state); then remove the consumer. Statelock changed nothing.`,
  };
}

function isDestroyed({ action }: ResourceChange): boolean {
  return action === "delete" || action === "replace";
}

/** Returns how to go on; undefined if the resource holds no data. */
function fixOf(address: string, type: string, before: ResourceChange["before"]): string | undefined {
  switch (type) {
    case "aws_kms_key":
    case "aws_kms_alias":
      return `Restore bucket.encryption: without the key, nobody can read the states that it encrypts. To stop using the key, take the two steps in ${HOW_TO}.`;
    case "aws_s3_bucket":
      return address.startsWith("aws_s3_bucket.logs_")
        ? `Restore bucket.accessLogs. To stop the logs, take the two steps in ${HOW_TO}.`
        : `Restore bucket.name, bucket.region and bucket.account. For another bucket, use a second checkout, then move each root's state with ${program()} init -migrate-state.`;
    case "aws_dynamodb_table":
      return before["deletion_protection_enabled"] === true
        ? 'Restore manageLegacyTable. To delete the table, take two steps: first deploy with manageLegacyTable: "unprotected"; then remove it and legacyTable.'
        : undefined;
    default:
      return undefined;
  }
}

function stateKeysIn(policy: unknown): string[] {
  const document = parseJson(typeof policy === "string" ? policy : "") as { readonly Statement?: unknown } | undefined;
  const statements = Array.isArray(document?.Statement) ? (document.Statement as Statement[]) : [];
  const keys = statements
    .flatMap(({ Resource }) => listOf(Resource))
    .flatMap((arn) => /^arn:[^:]+:s3:::[^/]+\/(.+)$/.exec(arn)?.[1] ?? [])
    .map((key) => (key.endsWith(LOCK_SUFFIX) ? key.slice(0, -LOCK_SUFFIX.length) : key));
  return [...new Set(keys)];
}
