import type { Inventory } from "../inventory/inventory";
import { wildcardPattern } from "../policy/wildcard";
import type { Problem } from "../problem/problem";
import { parseState, type TerraformState } from "../state/parse-state";
import { forEachLimited } from "../work/for-each-limited";
import { destroyedPolicies, policyProblem, type DestroyedPolicy } from "./destroy-rules";
import type { AwsPort, Plan } from "./port";

const CONNECTIONS = 8;

/**
 * Returns a problem for each managed policy that a plan would delete although its consumer's state still exists. A state
 * without objects needs no policy, and neither does a state that was moved to the key of another consumer.
 * @throws UserError if a state cannot be read
 */
export async function droppedConsumerProblems(plan: Plan, inventory: Inventory, aws: AwsPort): Promise<Problem[]> {
  const kept = inventory.consumers.map(({ stateKey }) => stateKey);
  const dropped = destroyedPolicies(plan).filter(({ stateKeys }) => !stateKeys.some((key) => kept.includes(key)));
  if (dropped.length === 0 || !(await aws.bucketExists())) return [];
  const states = await statesAt([...new Set(dropped.flatMap(({ stateKeys }) => stateKeys))], aws);
  const needed = [...states].filter(([, state]) => state === undefined || state.objects.size > 0);
  const moved = needed.length === 0 ? new Map<string, TerraformState | undefined>() : await statesAt(kept, aws);
  const left = needed.filter(([, state]) => ![...moved.values()].some((other) => isLater(other, state)));
  return dropped.flatMap((policy) => {
    const key = left.map(([name]) => name).find((name) => names(policy, name));
    if (policy.stateKeys.length === 0) return [policyProblem(policy, "its document names no state")];
    return key === undefined ? [] : [policyProblem(policy, `s3://${inventory.bucket.name}/${key}`)];
  });
}

/** Reads the states at these keys and patterns. A value is undefined if the object is not a state. */
async function statesAt(keys: readonly string[], aws: AwsPort): Promise<Map<string, TerraformState | undefined>> {
  const found = keys.filter((key) => !key.includes("*"));
  for (const pattern of keys.filter((key) => key.includes("*"))) {
    const listed = await aws.listKeys(pattern.slice(0, pattern.indexOf("*")));
    found.push(...listed.filter((key) => wildcardPattern(pattern).test(key)));
  }
  const states = new Map<string, TerraformState | undefined>();
  await forEachLimited(found, CONNECTIONS, async (key) => {
    const text = await aws.readState(key);
    if (text === undefined) return;
    const parsed = parseState(text);
    states.set(key, "state" in parsed ? parsed.state : undefined);
  });
  return states;
}

function isLater(other: TerraformState | undefined, state: TerraformState | undefined): boolean {
  return other !== undefined && other.lineage === state?.lineage && other.serial >= state.serial;
}

function names({ stateKeys }: DestroyedPolicy, key: string): boolean {
  return stateKeys.some((pattern) => wildcardPattern(pattern).test(key));
}
