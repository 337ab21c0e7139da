import { canonicalDigest } from "../text/canonical-digest";
import { changedKeys } from "../state/compare-states";
import type { TerraformState } from "../state/parse-state";

/**
 * The part of a state that `history list` keeps in memory, to count what changes in the next version. It holds hashes,
 * not the attributes and the output values.
 */
export interface StateSummary {
  readonly serial: number;
  readonly lineage: string;
  readonly terraformVersion: string;
  /** Number of resource instances that `terraform state list` prints. */
  readonly resources: number;
  /** SHA-256 of each object of a resource instance, by its address. */
  readonly objects: ReadonlyMap<string, string>;
  /** SHA-256 of each output, by its name. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** Number of changes between two states. `added`, `changed` and `removed` count objects of resource instances. */
export interface ChangeCount {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Outputs that were added, changed or removed. */
  readonly outputs: number;
}

/** An empty state. The first version of a state is compared with it. */
export const NOTHING: Pick<StateSummary, "objects" | "outputs"> = { objects: new Map(), outputs: new Map() };

/** Returns the summary of a state. */
export function summarize({
  serial,
  lineage,
  terraformVersion,
  resources,
  objects,
  outputs,
}: TerraformState): StateSummary {
  return {
    ...{ serial, lineage, terraformVersion, resources },
    objects: digests(objects, ({ attributes, about }) => [attributes, about]),
    outputs: digests(outputs, (output) => output),
  };
}

/** Counts the changes from one state to the next one. An object or output has changed if its hash has. */
export function countChanges(
  before: Pick<StateSummary, "objects" | "outputs">,
  after: Pick<StateSummary, "objects" | "outputs">,
): ChangeCount {
  const resources = changedKeys(before.objects, after.objects, (one, other) => one === other);
  const count = (wanted: string): number => resources.filter(({ action }) => action === wanted).length;
  const outputs = changedKeys(before.outputs, after.outputs, (one, other) => one === other).length;
  return { added: count("added"), changed: count("changed"), removed: count("removed"), outputs };
}

/** Returns the same keys, each with the hash of its value. @param content the part of a value to hash */
function digests<V>(entries: ReadonlyMap<string, V>, content: (value: V) => unknown): Map<string, string> {
  return new Map([...entries].map(([key, value]) => [key, canonicalDigest(content(value))]));
}
