import type { Inventory } from "../inventory/inventory";
import { wildcardPattern } from "../policy/wildcard";
import { stateKeys } from "../state/state-keys";
import type { Problem } from "../problem/problem";
import { canonicalDigest } from "../text/canonical-digest";
import { parseState, type StateObject, type TerraformState } from "../state/parse-state";
import { forEachLimited } from "../work/for-each-limited";
import { destroyedPolicies, policyProblem, type DestroyedPolicy } from "./destroy-rules";
import type { AwsPort, Plan } from "./bootstrap-ports";

/** How many states are looked at together. */
export const CONNECTIONS = 8;

/**
 * Returns a problem for each managed policy that a plan would delete although its consumer's state still exists, or that would
 * no longer name this state. A state without objects needs no policy, and neither does a state that was moved to another key
 * of the config.
 * @throws UserError if a state cannot be read
 */
export async function droppedConsumerProblems(plan: Plan, inventory: Inventory, aws: AwsPort): Promise<Problem[]> {
  const kept = inventory.consumers.flatMap(
    (consumer) => stateKeys(consumer.stateKey, consumer.workspaceKeyPrefix).states,
  );
  const dropped = destroyedPolicies(plan).flatMap((policy) => {
    // A deleted policy whose keys another policy names is renamed.
    const lost = policy.keptKeys.length > 0 ? policy.stateKeys : policy.stateKeys.filter((key) => !kept.includes(key));
    return lost.length === 0 && policy.stateKeys.length > 0 ? [] : [{ ...policy, stateKeys: lost }];
  });
  if (dropped.length === 0 || !(await aws.bucketExists())) return [];
  const states = await statesAt([...new Set(dropped.flatMap((policy) => policy.stateKeys))], aws);
  const needed = [...states].filter(([, state]) => state === undefined || state.objects.size > 0);
  const targets = [...new Set([...kept, ...dropped.flatMap(({ keptKeys }) => keptKeys)])];
  const moved = needed.length === 0 ? new Map<string, TerraformState | undefined>() : await statesAt(targets, aws);
  const left = needed.filter(
    ([key, state]) => ![...moved].some(([place, other]) => place !== key && continues(other, state)),
  );
  return dropped.flatMap((policy) => {
    const key = left.map(([name]) => name).find((name) => names(policy, name));
    if (policy.stateKeys.length === 0) return [policyProblem(policy, "its document names no state")];
    return key === undefined ? [] : [policyProblem(policy, `s3://${inventory.bucket.name}/${key}`)];
  });
}

/** Reads the states at these keys and patterns. A value is undefined if the object is not a state. */
async function statesAt(keys: readonly string[], aws: AwsPort): Promise<Map<string, TerraformState | undefined>> {
  const states = new Map<string, TerraformState | undefined>();
  await forEachLimited(await keysAt(keys, aws), CONNECTIONS, async (key) => {
    const text = await aws.readState(key);
    if (text === undefined) return;
    const parsed = parseState(text);
    states.set(key, "state" in parsed ? parsed.state : undefined);
  });
  return states;
}

/** Returns the keys without a `*`, and the keys of the bucket that match the others. */
export async function keysAt(patterns: readonly string[], aws: Pick<AwsPort, "listKeys">): Promise<string[]> {
  const found = patterns.filter((key) => !key.includes("*"));
  for (const pattern of patterns.filter((key) => key.includes("*"))) {
    const listed = await aws.listKeys(pattern.slice(0, pattern.indexOf("*")));
    found.push(...listed.filter((key) => wildcardPattern(pattern).test(key)));
  }
  return found;
}

/**
 * True if the other state continues this one: it has the lineage and a serial that is not earlier, or it is a copy. A state that
 * `init -migrate-state` writes to an empty key gets a new lineage (decision 0004). An `id` proves nothing: two accounts may have
 * roles of one name.
 */
function continues(other: TerraformState | undefined, state: TerraformState | undefined): boolean {
  if (other === undefined || state === undefined) return false;
  if (other.lineage !== "" && other.lineage === state.lineage) return other.serial >= state.serial;
  const content = (object: StateObject | undefined): string | undefined => object && canonicalDigest(object.attributes);
  return [...state.objects].every(([address, object]) => content(other.objects.get(address)) === content(object));
}

/** True if the policy names the state now, and not after the plan. */
function names({ stateKeys: lost, keptKeys }: DestroyedPolicy, key: string): boolean {
  const isNamed = (pattern: string): boolean => wildcardPattern(pattern).test(key);
  return lost.some(isNamed) && !keptKeys.some(isNamed);
}
