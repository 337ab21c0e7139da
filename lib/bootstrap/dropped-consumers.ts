import type { Inventory } from "../inventory/inventory";
import { wildcardPattern } from "../policy/wildcard";
import type { Problem } from "../problem/problem";
import { parseState, type TerraformState } from "../state/parse-state";
import { forEachLimited } from "../work/for-each-limited";
import { destroyedPolicies, policyProblem, type DestroyedPolicy } from "./destroy-rules";
import type { AwsPort, Plan } from "./bootstrap-ports";

const CONNECTIONS = 8;

/**
 * Returns a problem for each managed policy that a plan would delete although its consumer's state still exists, or that would
 * no longer name this state. A state without objects needs no policy, and neither does a state that was moved to another key
 * of the config.
 * @throws UserError if a state cannot be read
 */
export async function droppedConsumerProblems(plan: Plan, inventory: Inventory, aws: AwsPort): Promise<Problem[]> {
  const kept = inventory.consumers.map(({ stateKey }) => stateKey);
  const isRenamed = ({ stateKeys, keptKeys }: DestroyedPolicy): boolean =>
    keptKeys.length === 0 && stateKeys.some((key) => kept.includes(key));
  const dropped = destroyedPolicies(plan).filter((policy) => !isRenamed(policy));
  if (dropped.length === 0 || !(await aws.bucketExists())) return [];
  const states = await statesAt([...new Set(dropped.flatMap(({ stateKeys }) => stateKeys))], aws);
  const needed = [...states].filter(([, state]) => state === undefined || state.objects.size > 0);
  const targets = [...new Set([...kept, ...dropped.flatMap(({ keptKeys }) => keptKeys)])];
  const moved = needed.length === 0 ? new Map<string, TerraformState | undefined>() : await statesAt(targets, aws);
  const left = needed.filter(
    ([key, state]) => ![...moved].some(([place, other]) => place !== key && isLater(other, state)),
  );
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
  return (
    other !== undefined && other.lineage !== "" && other.lineage === state?.lineage && other.serial >= state.serial
  );
}

/** True if the policy names the state now, and not after the plan. */
function names({ stateKeys, keptKeys }: DestroyedPolicy, key: string): boolean {
  const isNamed = (pattern: string): boolean => wildcardPattern(pattern).test(key);
  return stateKeys.some(isNamed) && !keptKeys.some(isNamed);
}
